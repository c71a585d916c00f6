#if Daemon
    import E911Service

    /// What of the node's state a page shows at once when it changes.
    struct NodeSummary: Equatable, Encodable {
        struct CallServer: Equatable, Encodable {
            var name: String
            var activeMember: String
            var subscriptions: Int
            var standing: Int
            var active: Int
            var stale: Int
            var retired: Int
            var failure: String?
        }

        var draining: Bool
        var calls: UInt64
        var leases: Int
        var openAlerts: Int
        var storeFailure: String?
        var callServers: [CallServer]

        init(_ status: NodeStatus) {
            draining = status.draining
            calls = status.calls
            leases = status.leases
            openAlerts = status.openAlerts
            storeFailure = status.storeFailure
            callServers = status.callServers.map {
                CallServer(
                    name: $0.name, activeMember: $0.activeMember, subscriptions: $0.subscriptions,
                    standing: $0.activeSubscriptions, active: $0.active, stale: $0.stale, retired: $0.retired,
                    failure: $0.subscriptionFailure)
            }
        }
    }
#endif
