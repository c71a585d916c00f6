import Dispatch
import E911Values
import Glibc
import SIPCore
import SIPTransport

/// Follows the registrations of a SIP Server until SIGINT or SIGTERM.
@main
struct Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2, let listen = Endpoint(arguments[0]), let uri = try? SIPURI(arguments[1]),
            let hop = NextHop(uri)
        else {
            print("usage: reg-watch ADDRESS:PORT URI, for example reg-watch 192.0.2.20:5062 sip:192.0.2.10")
            exit(2)
        }
        let seed = UInt64.random(in: .min ... .max)
        let wish = SubscriptionConfiguration(requestURI: arguments[1], to: "<\(arguments[1])>", target: hop)
        let (ends, end) = AsyncStream<Void>.makeStream()
        let host = try await SIPHost<Watcher>.start(
            HostConfiguration(listeners: [Listener(.udp, listen), Listener(.tcp, listen)]),
            machine: { start in
                let listeners = start.listeners.map(EngineConfiguration.Listener.init)
                let engine = SIPEngine(
                    configuration: EngineConfiguration(listeners: listeners, product: "reg-watch"),
                    identifiers: SeededGenerator(seed: seed))
                return Watcher(wish, engine, now: start.now)
            },
            other: { report, _ in
                switch report {
                case .line(let line):
                    print(line)
                    fflush(nil)
                case .ended: end.yield()
                }
            })
        let signals = [SIGINT, SIGTERM].map { signal(on: $0) { host.submit(.end) } }
        for await _ in ends {
            signals.forEach { $0.cancel() }
            await host.stop()
            exit(0)
        }
    }

    /// Takes leave of the server instead of dying.
    private static func signal(
        on number: Int32, _ body: @escaping @Sendable () -> Void
    ) -> any DispatchSourceSignal {
        Glibc.signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler(handler: body)
        source.activate()
        return source
    }
}
