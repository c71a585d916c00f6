#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// e911d is killed the moment its 302 arrives, again and again: nothing that was answered is ever lost
    /// (contract invariant 5). The answer may wait longer for the journal than by default, since a busy machine may not
    /// wake its thread within 20 ms; then the answer leaves unrecorded, which has a test of its own.
    @Suite(.serialized, .timeLimit(.minutes(30)))
    struct CrashTests {
        /// What else holds the database while a call is answered.
        enum Lock {
            /// `BEGIN IMMEDIATE`, while a call is answered.
            case immediate
            /// `locking_mode=EXCLUSIVE`, taken when e911d is dead and held past its next start. (While it lives nobody
            /// gets it: it has the file open in WAL mode.)
            case exclusive
        }

        @Test(.needs(.sqlite3, .python, .setpriv))
        func whatWasAnsweredSurvivesSIGKILL() async throws {
            try await Rig.run("crash") { rig in
                let rounds = 200
                let mail = try await MailServer.start(in: rig)
                let site = try CrashSite(rig, mailPort: mail.port, rounds: rounds)
                let caller = try CallerSocket(port: site.callServer.port, to: site.manager)
                var daemon = try await DaemonPeer.start(in: rig, site.configuration)
                try await daemon.apply(site: site.yaml)
                for round in 0..<rounds {
                    // Half of the rounds under a lock; in 20 of them another one outlasts the next start.
                    var holder: ChildProcess?
                    if round % 2 == 1 { holder = try await site.hold(.immediate, in: rig) }
                    let answer = try caller.call(round)
                    await daemon.kill()
                    #expect(answer.status == 302, "round \(round): \(answer.startLine)")
                    await holder?.stop()
                    holder = round % 10 == 9 ? try await site.hold(.exclusive, in: rig) : nil
                    daemon = try await DaemonPeer.start(in: rig, site.configuration)
                    if let holder {
                        caller.wait(seconds: 5)
                        await holder.stop()
                    }
                }
                let callers = Set((0..<rounds).map { "\(30_000 + $0)" })
                let calls = try await eventually("every call in the store", within: .seconds(30)) {
                    let calls: [CallRecord] = try await daemon.json("calls")
                    return Set(calls.map(\.callerDN)) == callers ? calls : nil
                }
                #expect(calls.count == rounds)
                let leases: [LeaseRecord] = try await daemon.json("leases")
                #expect(Set(leases.map(\.callerDN)) == callers)
                #expect(leases.count == rounds)
                try await eventually("a mail of every call", within: .seconds(120)) {
                    let bodies = try mail.mails.map(\.body)
                    let missing = callers.filter { caller in !bodies.contains { $0.contains(caller) } }
                    return missing.isEmpty ? true : nil
                }
                #expect(caller.retransmissions == 0)
            }
        }
    }

    private struct CrashSite {
        let configuration: URL
        let yaml: String
        let manager: Endpoint
        let callServer: Endpoint

        init(_ rig: Rig, mailPort: UInt16, rounds: Int) throws {
            let own = try #require(IPAddress("127.0.0.3"))
            let server = try #require(IPAddress("127.0.0.1"))
            manager = try Ports.lease(on: own)
            callServer = try Ports.lease(on: server)
            configuration = try DaemonPeer.configure(
                in: rig, at: manager, [.udp], more: "answer-deadline: 250ms",
                "smtp: { url: \"smtp://127.0.0.1:\(mailPort)\", starttls: off, from: e911d@example.com }")
            yaml = DaemonPeer.site(
                callServer, alerts: "alert-fallback: [ security ]", elins: (0..<rounds).map { "+1312555\(1000 + $0)" },
                recipients: ["  - { name: security, email: security@example.com }"])
        }

        /// Locks the database of calls from another process.
        func hold(_ lock: CrashTests.Lock, in rig: Rig) async throws -> ChildProcess {
            let database = configuration.deletingLastPathComponent().appendingPathComponent("state/calls.db").path
            let statement =
                lock == .exclusive
                ? "db.execute('PRAGMA locking_mode=EXCLUSIVE'); db.execute('BEGIN EXCLUSIVE')"
                : "db.execute('BEGIN IMMEDIATE')"
            let program = """
                import sqlite3, sys
                # SQLite waits for the lock by itself.
                db = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
                \(statement)
                print("locked", flush=True)
                sys.stdin.read()
                """
            let holder = try await rig.start(try PeerProgram.python.required(), ["-c", program, database])
            _ = try await holder.output.first { $0 == "locked" }
            return holder
        }
    }
#endif
