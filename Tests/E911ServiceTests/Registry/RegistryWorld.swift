import E911Service
import E911Values
import RegInfo

/// A registry, a clock, and notifiers that write documents for it.
struct RegistryWorld {
    var registry: DeviceRegistry
    var now = Now(
        monotonic: MonotonicTime(nanoseconds: 5_000_000_000), wall: WallTime(milliseconds: 1_790_000_000_000))
    /// What happened since it was last taken.
    var events: [RegistryEvent] = []
    var cseq: [RegistrySubscription: UInt32] = [:]

    init(
        members: [String] = ["one"], configuration: RegistryConfiguration = RegistryConfiguration(),
        _ change: (inout RegistryCallServer) -> Void = { _ in }
    ) {
        registry = DeviceRegistry(configuration: configuration, now: now)
        var callServer = RegistryCallServer(name: "main", members: members)
        change(&callServer)
        registry.configure([callServer], now: now)
    }

    mutating func subscribe(member: Int = 0, aor: String? = nil, download: Bool = true) -> RegistrySubscription {
        let subscription = registry.open(SubscriptionScope(callServer: "main", member: member, aor: aor))
        guard let subscription else { preconditionFailure("no such member") }
        if download {
            registry.beginDownload(subscription, newDialog: true, now: now)
            registry.acceptDownload(subscription, now: now)
        }
        return subscription
    }

    /// A refresh that is accepted: a download.
    mutating func refresh(_ subscription: RegistrySubscription) {
        registry.beginDownload(subscription, newDialog: false, now: now)
        registry.acceptDownload(subscription, now: now)
    }

    /// One NOTIFY, read and applied to its end. `cseq` is the next one unless it is given.
    mutating func notify(
        _ subscription: RegistrySubscription, _ state: DocumentState, version: UInt64 = 0,
        cseq number: UInt32? = nil, _ registrations: [RegInfoDocument.Registration]
    ) {
        let document = RegInfoDocument(version: version, state: state, registrations: registrations)
        notify(subscription, cseq: number, octets: document.serialised())
    }

    /// The same with a partial document.
    mutating func notify(
        _ subscription: RegistrySubscription, cseq number: UInt32? = nil,
        _ registrations: [RegInfoDocument.Registration]
    ) {
        notify(subscription, .partial, cseq: number, registrations)
    }

    mutating func notify(_ subscription: RegistrySubscription, cseq number: UInt32? = nil, octets: [UInt8]) {
        let cseq = number ?? (cseq[subscription] ?? 0) + 1
        self.cseq[subscription] = max(cseq, self.cseq[subscription] ?? 0)
        guard var staged = registry.beginDocument(subscription, cseq: cseq, now: now) else { return }
        do throws(RegInfoError) {
            try RegInfoParser().parse(octets.span, isLast: true, into: &staged)
            events += registry.apply(staged, now: now)
        } catch {
            events += registry.refuse(staged, error, now: now)
        }
        settle()
    }

    mutating func applied(_ document: StagedDocument) -> [RegistryEvent] {
        registry.apply(document, now: now)
    }

    mutating func restored(_ record: DeviceRecord) -> DeviceID? {
        registry.restore(record, now: now)
    }

    /// Lets the registry do what waits, without time passing.
    mutating func settle() {
        while let due = registry.nextDeadline, due <= now.monotonic { events += registry.advance(now: now) }
    }

    /// Lets time pass, with a call at each deadline.
    mutating func wait(_ duration: Duration) {
        let end = now.advanced(by: duration)
        while let due = registry.nextDeadline, due <= end.monotonic {
            if due > now.monotonic { now = now.advanced(by: due - now.monotonic) }
            events += registry.advance(now: now)
        }
        now = end
    }

    mutating func takeEvents() -> [RegistryEvent] {
        defer { events = [] }
        return events
    }

    /// The events of devices since they were last taken, as text: `added sip:1@h`.
    mutating func takeChanges() -> [String] {
        takeEvents().compactMap { event in
            func uri(_ id: DeviceID) -> String { registry.record(for: id)?.contactURI ?? "?" }
            switch event {
            case .added(let id): return "added \(uri(id))"
            case .moved(let id, let old): return "moved \(old.contactURI) -> \(uri(id))"
            case .changed(let id, _): return "changed \(uri(id))"
            case .confirmed(let id): return "confirmed \(uri(id))"
            case .stale(let id): return "stale \(uri(id))"
            case .retired(let id): return "retired \(uri(id))"
            case .filtered(let id): return "filtered \(uri(id))"
            case .removed(_, let old): return "removed \(old.contactURI)"
            case .unusableAddress, .downloadCompleted, .sweepHeld, .refreshWanted, .documentRefused, .irregularities,
                .patternLimitReached, .full:
                return nil
            }
        }
    }

    /// AORs and contacts that are active or stale, sorted.
    var bindings: [String] {
        devices.filter { $0.state != .retired }.map { "\($0.aor) \($0.contactURI)" }.sorted()
    }

    var devices: [DeviceRecord] { views.map(\.record) }

    var views: [DeviceView] {
        var all: [DeviceView] = []
        var after: DeviceID?
        repeat {
            let page = registry.page(after: after, limit: 1000)
            all += page.devices
            after = page.next
        } while after != nil
        return all
    }
}

/// A registration of `sip:USER@pbx` with contacts written `HOST` or `HOST#INSTANCE`, the id being the place in the list.
func registration(
    _ user: String, _ state: RegistrationState = .active, _ contacts: RegInfoDocument.Contact...
) -> RegInfoDocument.Registration {
    .init(aor: "sip:\(user)@pbx", id: "r\(user)", state: state, contacts: contacts)
}

func contact(
    _ uri: String?, id: String = "c", _ state: ContactState = .active, instance: String? = nil, expires: UInt64? = nil
) -> RegInfoDocument.Contact {
    var contact = RegInfoDocument.Contact(
        id: id, state: state, event: state == .active ? .registered : .unregistered, uri: uri)
    contact.expires = expires
    if let instance { contact.unknownParameters = [.init("+sip.instance", "\"<\(instance)>\"")] }
    return contact
}
