import E911Values
import RegInfo
import SIPCore

/// The notifier of the `reg` event (RFC 3680, RFC 6665): for all registrations at once, or for one address of record.
///
/// One NOTIFY at a time is under way in a subscription: the next waits for its 200.
struct RegistrationNotifier {
    private struct Subscription {
        var dialog: Dialog
        let hop: NextHop
        let event: String
        /// `nil` is all.
        let user: String?
        var until: MonotonicTime
        var version: UInt64 = 0
        /// Bodies that wait; an empty one is a NOTIFY without a body.
        var waiting: [[UInt8]] = []
        var underWay: (id: ClientTransactionID, octets: Int)?
        /// Why it ends behind what waits.
        var ending: String?
    }

    private let configuration: SIPServerConfiguration
    private let splitter: StateSplitter
    /// By their number; ended ones are taken out.
    private var subscriptions: [(number: Int, subscription: Subscription)] = []
    private var numbers = 0

    init(_ configuration: SIPServerConfiguration) {
        self.configuration = configuration
        splitter = StateSplitter(
            maxOctets: configuration.maxBodyOctets, labelling: configuration.labelling,
            versions: configuration.versions)
    }

    var count: Int { subscriptions.count }

    // MARK: SUBSCRIBE

    /// Answers a SUBSCRIBE and begins to notify. Gives the time at which the subscription's end is to be looked at.
    mutating func subscribe(
        _ request: IncomingRequest, _ registrar: Registrar, _ context: inout ModelContext<SIPServerEvent>
    ) -> MonotonicTime? {
        let message = request.message
        guard let event = (try? message.event()) ?? nil, event.isPackage("reg"), configuration.allowsRegistrationEvent
        else {
            var response = ResponseBuilder(to: message, status: 489)
            response.add(.allowEvents, configuration.allowsRegistrationEvent ? "reg" : "presence")
            context.respond(to: request.transaction, with: response)
            return nil
        }
        let asked = ((try? message.expires()) ?? nil) ?? 3761
        guard asked == 0 || asked >= configuration.subscriptionExpires.lowerBound else {
            var response = ResponseBuilder(to: message, status: 423)
            response.add(.minExpires, "\(configuration.subscriptionExpires.lowerBound)")
            context.respond(to: request.transaction, with: response)
            return nil
        }
        let seconds = min(asked, configuration.subscriptionExpires.upperBound)
        guard let place = place(of: request, event: event, &context) else { return nil }
        let isNew = place.isNew
        var subscription = subscriptions[place.index].subscription
        subscription.until = context.now.monotonic + .seconds(seconds)
        var response = ResponseBuilder(to: message, status: 200)
        response.add(
            .contact, "<sip:\(request.local)\(NextHop(kind: request.kind, endpoint: request.local).uriParameters)>")
        response.add(.expires, "\(seconds)")
        context.respond(to: request.transaction, with: response)
        // A state that waits still is out of date now.
        subscription.waiting = []
        if seconds > 0 || isNew {
            let registrations = state(for: subscription.user, registrar, context.now.monotonic)
            subscription.waiting = splitter.full(registrations, version: &subscription.version)
        }
        if seconds == 0 {
            subscription.ending = "timeout"
            if subscription.waiting.isEmpty { subscription.waiting = [[]] }
        } else {
            context.tell(.subscribed(user: subscription.user, seconds: seconds))
        }
        subscriptions[place.index].subscription = subscription
        proceed(place.index, &context)
        return context.now.monotonic + .seconds(seconds)
    }

    private func state(
        for user: String?, _ registrar: Registrar, _ now: MonotonicTime
    ) -> [RegInfoDocument.Registration] {
        guard let user else { return registrar.documents(now) }
        guard let registration = registrar.registration(of: user) else {
            return [.init(aor: "sip:\(user)@\(configuration.domain)", id: "u\(user)", state: .`init`)]
        }
        return [registrar.document(registration, now)]
    }

    /// The subscription that a SUBSCRIBE belongs to, or a new one; `nil` when it was refused.
    private mutating func place(
        of request: IncomingRequest, event: EventHeader, _ context: inout ModelContext<SIPServerEvent>
    ) -> (index: Int, isNew: Bool)? {
        let message = request.message
        if (try? message.to().tag) != nil {
            guard let index = subscriptions.firstIndex(where: { $0.subscription.dialog.contains(message) }) else {
                context.respond(to: request.transaction, status: 481)
                return nil
            }
            guard subscriptions[index].subscription.dialog.takes(message) else {
                context.respond(to: request.transaction, status: 500)
                return nil
            }
            subscriptions[index].subscription.dialog.refreshTarget(from: message)
            return (index, false)
        }
        guard let dialog = Dialog(server: message, localTag: request.toTag), let next = dialog.nextHopURI,
            let hop = NextHop(next, fallback: request.kind), let uri = try? message.requestURI()
        else {
            context.respond(to: request.transaction, status: 400)
            return nil
        }
        numbers += 1
        let id = event.id.map { ";id=\($0)" } ?? ""
        subscriptions.append(
            (
                numbers,
                Subscription(
                    dialog: dialog, hop: hop, event: "reg\(id)", user: uri.user.map { String($0) },
                    until: context.now.monotonic)
            ))
        return (subscriptions.count - 1, true)
    }

    // MARK: NOTIFY

    /// Tells every subscription that it concerns what changed.
    mutating func notify(
        _ changes: [Registrar.Change], _ registrar: Registrar, _ context: inout ModelContext<SIPServerEvent>
    ) {
        guard !changes.isEmpty, !subscriptions.isEmpty else { return }
        for index in subscriptions.indices.reversed() {
            let user = subscriptions[index].subscription.user
            let concerned =
                user == nil
                ? changes : changes.filter { registrar.registrations[$0.registration].user == user }
            guard !concerned.isEmpty, subscriptions[index].subscription.ending == nil else { continue }
            let documents = registrar.documents(of: concerned, context.now.monotonic)
            subscriptions[index].subscription.waiting += splitter.changed(
                documents, version: &subscriptions[index].subscription.version)
            proceed(index, &context)
        }
    }

    /// Sends the next body that waits, if none is under way.
    private mutating func proceed(_ index: Int, _ context: inout ModelContext<SIPServerEvent>) {
        var subscription = subscriptions[index].subscription
        guard subscription.underWay == nil else { return }
        guard let body = subscription.waiting.first else {
            if let reason = subscription.ending { end(index, reason, &context) }
            return
        }
        subscription.waiting.removeFirst()
        var request = subscription.dialog.request(.notify)
        request.add(.event, subscription.event)
        let listener =
            configuration.listeners.first { $0.kind == subscription.hop.kind } ?? configuration.listeners.first
        if let listener {
            let own = NextHop(kind: listener.kind, endpoint: listener.endpoint)
            request.add(.contact, "<sip:\(own.endpoint)\(own.uriParameters)>")
        }
        if let reason = subscription.ending, subscription.waiting.isEmpty {
            request.add(.subscriptionState, "terminated;reason=\(reason)")
        } else {
            let left = (subscription.until - context.now.monotonic).components.seconds
            request.add(.subscriptionState, "active;expires=\(max(0, left))")
        }
        if !body.isEmpty { request.setBody(SIPText(bytes: body), contentType: "application/reginfo+xml") }
        subscription.underWay = (context.send(request, to: subscription.hop), body.count)
        subscriptions[index].subscription = subscription
    }

    /// Takes what became of a NOTIFY; false if it is none of its own. Anything but 2xx ends the subscription (RFC 6665
    /// section 4.2.2).
    mutating func handle(
        _ id: ClientTransactionID, status: Int?, _ context: inout ModelContext<SIPServerEvent>
    ) -> Bool {
        guard let index = subscriptions.firstIndex(where: { $0.subscription.underWay?.id == id }) else { return false }
        if let status, status < 200 { return true }
        let octets = subscriptions[index].subscription.underWay?.octets ?? 0
        subscriptions[index].subscription.underWay = nil
        guard let status, status < 300 else {
            end(index, status.map { "\($0)" } ?? "no answer", &context)
            return true
        }
        context.tell(.notified(user: subscriptions[index].subscription.user, octets: octets))
        proceed(index, &context)
        return true
    }

    private mutating func end(_ index: Int, _ reason: String, _ context: inout ModelContext<SIPServerEvent>) {
        let user = subscriptions.remove(at: index).subscription.user
        context.tell(.subscriptionEnded(user: user, reason: reason))
    }

    // MARK: End

    /// Ends all with a NOTIFY that says why.
    mutating func endAll(reason: String, _ context: inout ModelContext<SIPServerEvent>) {
        for index in subscriptions.indices.reversed() {
            subscriptions[index].subscription.ending = reason
            subscriptions[index].subscription.waiting = [[]]
            proceed(index, &context)
        }
    }

    /// Ends those whose time is over; says when to look again.
    mutating func expire(_ context: inout ModelContext<SIPServerEvent>) -> MonotonicTime? {
        var next: MonotonicTime?
        for index in subscriptions.indices.reversed() {
            let subscription = subscriptions[index].subscription
            guard subscription.ending == nil else { continue }
            if subscription.until <= context.now.monotonic {
                subscriptions[index].subscription.ending = "timeout"
                subscriptions[index].subscription.waiting = [[]]
                proceed(index, &context)
            } else {
                next = min(next ?? subscription.until, subscription.until)
            }
        }
        return next
    }
}
