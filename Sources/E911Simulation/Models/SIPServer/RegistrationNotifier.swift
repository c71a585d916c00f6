import E911Values
import RegInfo
import SIPCore

/// The notifier of the `reg` event (RFC 3680, RFC 6665): for all registrations at once, or for one address of record.
struct RegistrationNotifier {
    private struct Row {
        var subscription: NotifierSubscription
        /// `nil` is all.
        let user: String?
        var version: UInt64 = 0
        var underWay: ClientTransactionID?
    }

    private let configuration: SIPServerConfiguration
    private let policy: NotifierPolicy
    private let splitter: StateSplitter
    /// Ended ones are taken out.
    private var rows: [Row] = []
    /// How many of the next bodies are sent broken.
    var bodiesToSpoil = 0

    init(_ configuration: SIPServerConfiguration) {
        self.configuration = configuration
        policy = NotifierPolicy(
            package: configuration.allowsRegistrationEvent ? "reg" : nil,
            allowEvents: configuration.allowsRegistrationEvent ? "reg" : "presence",
            expires: configuration.subscriptionExpires, defaultExpires: 3761)
        splitter = StateSplitter(
            maxOctets: configuration.maxBodyOctets, labelling: configuration.labelling,
            versions: configuration.versions)
    }

    var count: Int { rows.count }

    // MARK: SUBSCRIBE

    /// Answers a SUBSCRIBE and begins to notify. Gives the time at which the subscription's end is to be looked at.
    mutating func subscribe(
        _ request: IncomingRequest, _ registrar: Registrar, _ context: inout ModelContext<SIPServerEvent>
    ) -> MonotonicTime? {
        let seconds: UInt32
        switch policy.judge(request.message) {
        case .granted(let granted): seconds = granted
        case .refused(let response):
            context.respond(to: request.transaction, with: response)
            return nil
        }
        guard let place = place(of: request, &context) else { return nil }
        var response = ResponseBuilder(to: request.message, status: 200)
        response.add(
            .contact, "<sip:\(request.local)\(NextHop(kind: request.kind, endpoint: request.local).uriParameters)>")
        response.add(.expires, "\(seconds)")
        context.respond(to: request.transaction, with: response)
        var row = rows[place.index]
        var state: [[UInt8]] = []
        if seconds > 0 || place.isNew {
            let registrations = self.state(for: row.user, registrar, context.now.monotonic)
            state = spoiled(splitter.full(registrations, version: &row.version))
        }
        row.subscription.replaceWaiting(with: state)
        row.subscription.extend(seconds: seconds, now: context.now.monotonic)
        if seconds > 0 { context.tell(.subscribed(user: row.user, seconds: seconds)) }
        rows[place.index] = row
        proceed(place.index, &context)
        return row.subscription.until
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
        of request: IncomingRequest, _ context: inout ModelContext<SIPServerEvent>
    ) -> (index: Int, isNew: Bool)? {
        let message = request.message
        if (try? message.to().tag) != nil {
            guard let index = rows.firstIndex(where: { $0.subscription.contains(message) }) else {
                context.respond(to: request.transaction, status: 481)
                return nil
            }
            guard rows[index].subscription.takes(message) else {
                context.respond(to: request.transaction, status: 500)
                return nil
            }
            return (index, false)
        }
        let subscription = NotifierSubscription(
            subscribe: message, localTag: request.toTag, kind: request.kind, now: context.now.monotonic)
        guard let subscription, let uri = try? message.requestURI() else {
            context.respond(to: request.transaction, status: 400)
            return nil
        }
        rows.append(Row(subscription: subscription, user: uri.user.map { String($0) }))
        return (rows.count - 1, true)
    }

    // MARK: NOTIFY

    /// Tells every subscription that it concerns what changed.
    mutating func notify(
        _ changes: [Registrar.Change], _ registrar: Registrar, _ context: inout ModelContext<SIPServerEvent>
    ) {
        guard !changes.isEmpty, !rows.isEmpty else { return }
        for index in rows.indices.reversed() {
            let user = rows[index].user
            let concerned =
                user == nil
                ? changes : changes.filter { registrar.registrations[$0.registration].user == user }
            guard !concerned.isEmpty, rows[index].subscription.ending == nil else { continue }
            let documents = registrar.documents(of: concerned, context.now.monotonic)
            rows[index].subscription.tell(spoiled(splitter.changed(documents, version: &rows[index].version)))
            proceed(index, &context)
        }
    }

    /// Tells the full state, so many times, though nobody asked.
    mutating func tellAll(_ registrar: Registrar, times: Int, _ context: inout ModelContext<SIPServerEvent>) {
        for index in rows.indices.reversed() where rows[index].subscription.ending == nil {
            let state = state(for: rows[index].user, registrar, context.now.monotonic)
            for _ in 0..<times {
                rows[index].subscription.tell(splitter.full(state, version: &rows[index].version))
            }
            proceed(index, &context)
        }
    }

    /// The bodies as they are sent: broken in the middle, while some are to be.
    private mutating func spoiled(_ bodies: [[UInt8]]) -> [[UInt8]] {
        guard bodiesToSpoil > 0 else { return bodies }
        return bodies.map { body in
            guard bodiesToSpoil > 0, body.count > 2 else { return body }
            bodiesToSpoil -= 1
            var body = body
            body[body.count / 2] = UInt8(ascii: "<")
            return body
        }
    }

    /// Sends the next body that waits, if none is under way.
    private mutating func proceed(_ index: Int, _ context: inout ModelContext<SIPServerEvent>) {
        if rows[index].subscription.isOver {
            return end(index, rows[index].subscription.ending ?? "", &context)
        }
        let hop = rows[index].subscription.hop
        let listener =
            configuration.listeners.first { $0.kind == hop.kind } ?? configuration.listeners.first
        let contact = listener.map { listener in
            "<sip:\(listener.endpoint)\(NextHop(kind: listener.kind, endpoint: listener.endpoint).uriParameters)>"
        }
        let request = rows[index].subscription.nextNotify(
            contact: contact, contentType: "application/reginfo+xml", now: context.now.monotonic)
        if let request { rows[index].underWay = context.send(request, to: hop) }
    }

    /// Takes what became of a NOTIFY; false if it is none of its own.
    mutating func handle(
        _ id: ClientTransactionID, status: Int?, _ context: inout ModelContext<SIPServerEvent>
    ) -> Bool {
        guard let index = rows.firstIndex(where: { $0.underWay == id }) else { return false }
        switch rows[index].subscription.answered(status: status) {
        case .waiting: return true
        case .delivered(let octets):
            rows[index].underWay = nil
            context.tell(.notified(user: rows[index].user, octets: octets))
            proceed(index, &context)
        case .ended(let status): end(index, status.map { "\($0)" } ?? "no answer", &context)
        }
        return true
    }

    private mutating func end(_ index: Int, _ reason: String, _ context: inout ModelContext<SIPServerEvent>) {
        let user = rows.remove(at: index).user
        context.tell(.subscriptionEnded(user: user, reason: reason))
    }

    // MARK: End

    /// Ends all with a NOTIFY that says why.
    mutating func endAll(reason: String, _ context: inout ModelContext<SIPServerEvent>) {
        for index in rows.indices.reversed() {
            rows[index].subscription.end(reason: reason)
            proceed(index, &context)
        }
    }

    /// Ends those whose time is over; says when to look again.
    mutating func expire(_ context: inout ModelContext<SIPServerEvent>) -> MonotonicTime? {
        var next: MonotonicTime?
        for index in rows.indices.reversed() {
            let subscription = rows[index].subscription
            guard subscription.ending == nil else { continue }
            if subscription.until <= context.now.monotonic {
                rows[index].subscription.end(reason: "timeout")
                proceed(index, &context)
            } else {
                next = min(next ?? subscription.until, subscription.until)
            }
        }
        return next
    }
}
