#if Daemon
    import E911Service
    import Foundation

    /// The node's figures in the text format of Prometheus.
    enum Metrics {
        static func text(_ status: NodeStatus?, version: String, streams: Int, uptime: Double) -> String {
            var out = Writer()
            out.family("e911d_info", "gauge", "The version that runs")
            out.sample("e911d_info", [("version", version), ("node", status?.node ?? "")], 1)
            out.single("e911d_uptime_seconds", "gauge", "Seconds since the start", uptime)
            out.single("e911d_up", "gauge", "Whether the node answers", status == nil ? 0 : 1)
            out.single("e911d_event_streams", "gauge", "Event streams of pages and programs", Double(streams))
            if let memory = Self.memory { out.single("e911d_memory_bytes", "gauge", "Memory in use", Double(memory)) }
            guard let status else { return out.text }
            out.single("e911d_draining", "gauge", "Whether no more calls are wanted", status.draining ? 1 : 0)
            out.single("e911d_calls", "gauge", "Calls in memory", Double(status.calls))
            out.single("e911d_leases", "gauge", "ELINs with somebody behind them", Double(status.leases))
            out.single("e911d_alerts_open", "gauge", "Alerts that are open", Double(status.openAlerts))
            out.single(
                "e911d_journal_waiting", "gauge", "Answers that wait for the journal", Double(status.journalWaiting))
            out.single("e911d_store_waiting", "gauge", "Rows that wait for the store", Double(status.storeWaiting))
            out.single("e911d_store_failing", "gauge", "Whether the store fails", status.storeFailure == nil ? 0 : 1)
            if let peer = status.peer {
                out.single(
                    "e911d_peer_connected", "gauge", "Whether the shared database answers", peer.isConnected ? 1 : 0)
                out.single(
                    "e911d_peer_seen", "gauge", "Whether the leases of the other node are known", peer.isSeen ? 1 : 0)
                out.single(
                    "e911d_pair_leads", "gauge", "Whether this node binds numbers of pools and tells the ALI side",
                    peer.leader == status.node ? 1 : 0)
                if let silence = peer.silence {
                    out.single(
                        "e911d_peer_silence_seconds", "gauge", "Since the other node said something new",
                        Double(silence) / 1000)
                }
                out.single(
                    "e911d_peer_rows_waiting", "gauge", "Rows of the other node that are not taken over yet",
                    Double(peer.rowsWaiting))
                if let error = peer.clockError {
                    out.single(
                        "e911d_clock_error_seconds", "gauge", "How far the clock of the pair may be wrong",
                        Double(error) / 1000)
                }
            }
            out.family("e911d_devices", "gauge", "Registered devices by state")
            for server in status.callServers {
                for (state, count) in [("active", server.active), ("stale", server.stale), ("retired", server.retired)]
                {
                    out.sample("e911d_devices", [("call_server", server.name), ("state", state)], Double(count))
                }
            }
            out.family("e911d_subscriptions", "gauge", "Subscriptions that are wanted and that stand")
            for server in status.callServers {
                out.sample(
                    "e911d_subscriptions", [("call_server", server.name), ("state", "wanted")],
                    Double(server.subscriptions))
                out.sample(
                    "e911d_subscriptions", [("call_server", server.name), ("state", "standing")],
                    Double(server.activeSubscriptions))
            }
            out.family("e911d_downloads_total", "counter", "Completed downloads")
            for server in status.callServers {
                out.sample("e911d_downloads_total", [("call_server", server.name)], Double(server.downloads))
            }
            out.family("e911d_member_up", "gauge", "Whether a member of a call server is well")
            for server in status.callServers {
                for member in server.members {
                    out.sample(
                        "e911d_member_up", [("call_server", server.name), ("member", member.address)],
                        member.state == "failed" ? 0 : 1)
                }
            }
            out.family("e911d_events_total", "counter", "What the node and its transport count, by kind")
            for counter in status.counters {
                out.sample("e911d_events_total", [("kind", counter.name)], Double(counter.value))
            }
            return out.text
        }

        /// Octets of memory that the process has in use.
        private static var memory: Int? {
            guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
            let parts = text.split(separator: " ")
            return parts.count > 1 ? Int(parts[1]).map { $0 * Int(getpagesize()) } : nil
        }

        private struct Writer {
            var text = ""

            mutating func family(_ name: String, _ type: String, _ help: String) {
                text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
            }

            mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
                let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
                text += "\(name)\(list.isEmpty ? "" : "{\(list)}") \(Self.number(value))\n"
            }

            mutating func single(_ name: String, _ type: String, _ help: String, _ value: Double) {
                family(name, type, help)
                sample(name, [], value)
            }

            private static func number(_ value: Double) -> String {
                value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
            }

            private static func escaped(_ label: String) -> String {
                label.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
                    .replacingOccurrences(of: "\n", with: "\\n")
            }
        }
    }
#endif
