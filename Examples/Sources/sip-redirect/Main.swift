import E911Values
import Glibc
import SIPCore
import SIPTransport

/// A redirect server over UDP and TCP.
@main
struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let listen = arguments.first.flatMap({ Endpoint($0) }),
            let contact = arguments.last,
            (try? SIPURI(contact)) != nil
        else {
            print("usage: sip-redirect ADDRESS:PORT URI, for example sip-redirect 127.0.0.1:5060 sip:desk@192.0.2.7")
            exit(2)
        }
        let seed = UInt64.random(in: .min ... .max)
        let host = try await SIPHost<Redirector>.start(
            HostConfiguration(listeners: [Listener(.udp, listen), Listener(.tcp, listen)]),
            machine: { start in
                let listeners = start.listeners.map(EngineConfiguration.Listener.init)
                return Redirector(listeners: listeners, contact: contact, seed: seed)
            },
            other: { line, _ in
                print(line)
                fflush(nil)
            })
        for listener in host.listeners { print("listening on \(listener.kind.viaToken) \(listener.endpoint)") }
        fflush(nil)
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}
