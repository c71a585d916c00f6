import E911Values
import Glibc
import SIPCore
import SIPTransport

/// Asks a SIP server by OPTIONS whether it is there. Exit status 0: every ping was answered.
@main
struct Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let text = arguments.first, let uri = try? SIPURI(text), let hop = NextHop(uri),
            let pings = arguments.count > 1 ? Int(arguments[1]) : 4, pings > 0,
            let pause = arguments.count > 2 ? Double(arguments[2]) : 1, pause >= 0, arguments.count < 4
        else {
            print("usage: sip-ping URI [PINGS [SECONDS]], for example sip-ping 'sip:192.0.2.7;transport=tcp' 10 0.5")
            exit(2)
        }
        let seed = UInt64.random(in: .min ... .max)
        let local = Endpoint(hop.endpoint.address.isLoopback ? hop.endpoint.address : hop.endpoint.address.any, 0)
        let (ends, end) = AsyncStream<Int>.makeStream()
        let host = try await SIPHost<Pinger>.start(
            HostConfiguration(listeners: [Listener(.udp, local), Listener(.tcp, local)]),
            machine: { start in
                let listeners = start.listeners.map(EngineConfiguration.Listener.init)
                let engine = SIPEngine(
                    configuration: EngineConfiguration(listeners: listeners, product: "sip-ping"),
                    identifiers: SeededGenerator(seed: seed))
                return Pinger(uri, hop, pings: pings, every: .seconds(pause), engine, now: start.now)
            },
            other: { report, _ in
                switch report {
                case .line(let line):
                    print(line)
                    fflush(nil)
                case .over(let answered): end.yield(answered)
                }
            })
        for await answered in ends {
            await host.stop()
            exit(answered == pings ? 0 : 1)
        }
    }
}

extension IPAddress {
    fileprivate var isLoopback: Bool { self == IPAddress("::1") || description.hasPrefix("127.") }
    fileprivate var any: IPAddress { IPAddress(description.contains(":") ? "::" : "0.0.0.0") ?? self }
}
