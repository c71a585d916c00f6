import E911Simulation
import E911Values
import RegInfo
import SIPCore

/// A subscriber of the `reg` event that keeps every document.
struct Watcher: SIPModel {
    enum Command {
        case subscribe(SubscriptionConfiguration)
        case refresh, unsubscribe
    }
    typealias Event = SubscriptionEvent

    private var subscription: SubscriptionID?
    private(set) var notifies: [SubscriptionNotify] = []

    var deadline: MonotonicTime? { nil }
    mutating func advance(_ context: inout ModelContext<Event>) {}

    mutating func handle(_ command: Command, _ context: inout ModelContext<Event>) {
        switch command {
        case .subscribe(let configuration): subscription = context.subscribe(configuration)
        case .refresh: if let subscription { context.refresh(subscription) }
        case .unsubscribe: if let subscription { context.unsubscribe(subscription) }
        }
    }

    mutating func handle(_ event: SIPEvent, _ context: inout ModelContext<Event>) {
        guard case .subscription(_, let event) = event else { return }
        if case .notify(let notify) = event { notifies.append(notify) }
        context.tell(event)
    }

    var documents: [RegInfoDocument] {
        notifies.compactMap { $0.body.isEmpty ? nil : try? RegInfoDocument(parsing: Array($0.body)) }
    }

    /// AOR and contact of every active contact, as the documents say one after the other.
    var devices: [String] {
        var active: [String] = []
        for document in documents {
            for registration in document.registrations {
                for contact in registration.contacts {
                    let name = "\(registration.aor) \(contact.uri ?? "")"
                    active.removeAll { $0 == name }
                    if contact.state == .active { active.append(name) }
                }
            }
        }
        return active.sorted()
    }
}
