#if Daemon
    import E911Configuration
    import E911Service
    import E911Store
    import E911Values
    import Glibc
    import SIPTransport
    import Synchronization

    /// Notes as log lines: static messages, data beside them, personal data at debug only.
    ///
    /// Lines are made and written on a thread of the log's own. Whoever tells something never waits for whoever reads the
    /// log: what does not fit any more is counted, and the count is told when there is room again.
    final class Log: Sendable {
        /// So many entries wait; a thousand more if they are alarms.
        static let waitingEntries = 10_000
        /// Lines are gathered for one write up to this size.
        private static let writeOctets = 1 << 16

        private struct Entry: Sendable {
            enum What: Sendable {
                case note(Note)
                case transport(TransportNote)
            }

            var time = SQLiteStore.wallClock()
            var what: What

            static func lost(_ lines: Int) -> Entry {
                let fields = [Note.Field("lines", "\(lines)")]
                return Entry(what: .note(Note(.alarm, "log.lost", "Lines of the log could not be written", fields)))
            }
        }

        private let mailbox = Mailbox<Entry>()
        private let dropped: Dropped
        private let thread: DedicatedThread
        private let settings: Settings

        private final class Settings: Sendable {
            let inForce: Mutex<DaemonConfiguration.Log>
            init(_ configuration: DaemonConfiguration.Log) { inForce = Mutex(configuration) }
        }

        private final class Dropped: Sendable {
            let lines = Atomic<Int>(0)
        }

        /// - Parameter descriptor: where the lines go; it is not closed.
        init(_ configuration: DaemonConfiguration.Log, descriptor: Int32 = STDERR_FILENO) {
            let settings = Settings(configuration)
            self.settings = settings
            let dropped = Dropped()
            self.dropped = dropped
            thread = DedicatedThread(name: "log") { [mailbox] in
                var output = LineOutput(descriptor: descriptor)
                func write(_ entries: ArraySlice<Entry>) {
                    let form = settings.inForce.withLock {
                        LogLine(isJSON: $0.format == .json, showsPersonalData: $0.level <= .debug)
                    }
                    let lost = dropped.lines.exchange(0, ordering: .relaxed)
                    var left = lost == 0 ? entries : [.lost(lost)] + entries
                    // The line that says how many are missing counts for them if it is lost itself.
                    var weight = max(1, lost)
                    while !left.isEmpty {
                        var octets: [UInt8] = []
                        var lines = 0
                        while octets.count < Self.writeOctets, let entry = left.popFirst() {
                            switch entry.what {
                            case .note(let note): form.append(note, at: entry.time, to: &octets)
                            case .transport(let note): form.append(note, at: entry.time, to: &octets)
                            }
                            lines += weight
                            weight = 1
                        }
                        if !output.write(octets) { dropped.lines.add(lines, ordering: .relaxed) }
                    }
                }
                var gathering = Gathering(for: .milliseconds(5))
                while let entries = mailbox.take() {
                    write(entries[...])
                    gathering.wait()
                }
                write([])
            }
        }

        /// How lines look from now on, and which are written.
        func adjust(_ configuration: DaemonConfiguration.Log) {
            settings.inForce.withLock { $0 = configuration }
        }

        private var level: DaemonConfiguration.Log.Level { settings.inForce.withLock { $0.level } }

        @Sendable func write(_ note: Note) {
            guard note.level.logged >= level else { return }
            post(.note(note), limit: note.level == .alarm ? Self.waitingEntries + 1000 : Self.waitingEntries)
        }

        @Sendable func write(_ note: TransportNote) {
            guard note.logged >= level else { return }
            post(.transport(note), limit: Self.waitingEntries)
        }

        private func post(_ what: Entry.What, limit: Int) {
            if !mailbox.post(Entry(what: what), limit: limit) {
                dropped.lines.add(1, ordering: .relaxed)
            }
        }

        /// Writes what waits, and ends. Whoever does not read holds it up no longer than `limit`; `false` if that is over.
        @discardableResult
        func close(within limit: Duration = .seconds(2)) -> Bool {
            mailbox.close()
            return thread.join(within: limit)
        }
    }

    extension TransportNote {
        /// As it stands in the log.
        var logged: DaemonConfiguration.Log.Level {
            switch self {
            case .certificateEnds: .warning
            case .listenerLost, .listenerBack, .connectionRefused, .handshakeFailed, .peerRefused: .notice
            }
        }
    }

    extension Note.Level {
        /// The least level that a log of this level shows.
        static func least(logged level: DaemonConfiguration.Log.Level) -> Note.Level {
            [.debug, .info, .notice].first { $0.logged >= level } ?? .alarm
        }

        /// As it stands in the log.
        var logged: DaemonConfiguration.Log.Level {
            switch self {
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .alarm: .warning
            }
        }
    }
#endif
