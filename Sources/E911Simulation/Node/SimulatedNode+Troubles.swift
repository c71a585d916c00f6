import E911Service
import E911Values
import SIPCore

/// What goes wrong with what a node has beside it.
extension SimulatedNode {
    /// Lets the journal do nothing for a while.
    public func stallJournal(for duration: Duration) { journal.stall(now, now + duration) }

    /// Lets the store do nothing for a while.
    public func stallStore(for duration: Duration) {
        trouble(for: duration)
        store.stall(now, now + duration)
    }

    /// Until when its process was down or stopped, or something was between it and the shared store, or slow; now while it is.
    var lastTrouble: MonotonicTime {
        host.isUp && host.frozenUntil == nil ? min(troubledUntil, now) : now
    }

    private func trouble(for duration: Duration) { troubledUntil = max(troubledUntil, now + duration) }

    /// Lets each piece of work of the journal, or of the store, take so long for a while.
    public func slow(_ service: Service, to delay: ClosedRange<Duration>, for duration: Duration) {
        if service == .store { trouble(for: duration) }
        change(service) { $0.slow(to: delay, until: now + duration) }
    }

    /// Lets the disk have no room for a while: the journal cannot append, the store cannot commit and tries on.
    public func fillDisk(for duration: Duration) {
        journal.fail(until: now + duration)
        failStore("database or disk is full", for: duration)
    }

    /// Lets the store fail for a while: what it is given waits for the end of it, or is refused with this probability. A store that
    /// is shared refuses nothing.
    public func failStore(_ reason: String, refusing probability: Double = 0, for duration: Duration) {
        stallStore(for: duration)
        refusals = (now + duration, probability)
        host.command(.storeFailing(reason))
        later(now + duration) { [self] in host.command(.storeFailing(nil)) }
    }

    /// Cuts it off from the shared store for a while.
    ///
    /// - Parameter refuses: as a server that is down: it says so at once.
    public func cutStore(for duration: Duration, refuses: Bool = false) {
        trouble(for: duration)
        link?.cut(for: duration, refuses: refuses)
    }

    /// Lets answers of the shared store to commits be lost for a while: what was committed is given to it again.
    public func loseAnswers(_ probability: Double, for duration: Duration) {
        // The connection of the last one that is lost is given up later.
        trouble(for: duration + .seconds(4))
        link?.loseAnswers(probability, for: duration)
    }

    /// Stops the process for a while, as SIGSTOP does.
    public func freeze(for duration: Duration) {
        trouble(for: duration)
        host.freeze(for: duration)
    }

    /// Lets every message to a provider fail for a while.
    public func failChannels(for duration: Duration) { channelsFailUntil = max(channelsFailUntil, now + duration) }

    /// What a node has beside its machine.
    public enum Service: Sendable { case journal, store }

    private func change(_ service: Service, _ body: (inout SerialService) -> Void) {
        switch service {
        case .journal: body(&journal)
        case .store: body(&store)
        }
    }

    /// Lets DNS say nothing for a while.
    public func stallDNS(for duration: Duration) {
        conditions.dns.stalls = [.init(from: now, to: now + duration)]
    }

    /// Changes what DNS knows.
    public func change(_ zone: SimulatedZone) { conditions.zone = zone }
}
