#if Daemon
    import E911Service
    import Foundation
    import Glibc
    import Synchronization
    import Testing

    @testable import e911d

    @Suite struct WatchdogTests {
        /// A loop that answers when the test says so.
        private final class Loop: Sendable {
            let questions = Mutex<[@Sendable () -> Void]>([])
            var count: Int { questions.withLock { $0.count } }
            func ask(_ answered: @escaping @Sendable () -> Void) { questions.withLock { $0.append(answered) } }
            func answer() { for answered in questions.withLock({ $0 }) { answered() } }
        }

        @Test func anAnswerOfTheLoopIsTheSignOfLife() async {
            let loop = Loop()
            let (signs, sign) = AsyncStream.makeStream(of: Void.self)
            let watchdog = Watchdog(ask: loop.ask) { sign.yield() }
            watchdog.beat()
            #expect(loop.count == 1)
            loop.answer()
            var told = signs.makeAsyncIterator()
            #expect(await told.next() != nil)
            watchdog.beat()
            #expect(loop.count == 2)
        }

        @Test func aStuckLoopIsNotAskedAgainAndGivesNoSign() {
            let loop = Loop()
            let signs = Mutex(0)
            let watchdog = Watchdog(ask: loop.ask) { signs.withLock { $0 += 1 } }
            for _ in 0..<5 { watchdog.beat() }
            #expect(loop.count == 1)
            #expect(signs.withLock { $0 } == 0)
        }

        @Test func theManagerHearsOfTheLoopUntilTheEnd() throws {
            let socket = try ManagerSocket(abstract: true)
            let loop = Loop()
            let environment = ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "\(getpid())"]
            let manager = ServiceManager(
                environment,
                ask: { answered in
                    loop.ask(answered)
                    answered()
                }, note: { _ in })
            #expect(socket.next() == "WATCHDOG=1")
            manager.ready("answers calls")
            #expect(socket.next() == "READY=1\nSTATUS=answers calls")
            manager.reloading()
            #expect(socket.next().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
            manager.stopping()
            #expect(socket.next().hasPrefix("STOPPING=1"))
        }

        @Test(
            arguments: [
                ([:], nil), (["WATCHDOG_USEC": "30000000"], Duration.seconds(15)),
                (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], .seconds(15)),
                (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil), (["WATCHDOG_USEC": "0"], nil),
                (["WATCHDOG_USEC": "soon"], nil),
            ] as [([String: String], Duration?)])
        func theEnvironmentSaysWhetherSomebodyWatches(environment: [String: String], interval: Duration?) {
            #expect(Watchdog.interval(environment, process: 7) == interval)
        }

        @Test func aManagerThatIsGoneIsToldInTheLog() {
            let notes = Mutex<[Note]>([])
            let manager = ServiceManager(["NOTIFY_SOCKET": "/nowhere/notify"], ask: { $0() }) { note in
                notes.withLock { $0.append(note) }
            }
            manager.ready("answers calls")
            #expect(notes.withLock { $0.map(\.code) } == ["service-manager.deaf"])
        }
    }
#endif
