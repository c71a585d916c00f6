#if Daemon
    import ArgumentParser
    import E911Simulation
    import E911Values
    import Foundation
    import SIPCore
    import SIPTransport

    struct SimulatedServer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sip-server",
            abstract: "Simulate a SIP Server, gateways and phones on this machine, for trying e911d.",
            discussion: """
                Commands on standard input, one a line:
                  phone USER ADDRESS [MAC]   a phone comes up at an address and registers
                  move USER ADDRESS [MAC]    it is carried to another address
                  call USER NUMBER           it dials
                  hang-up USER               it hangs up
                  unregister USER            it is switched off
                  callback NUMBER            the dispatcher calls a number, an ELIN say
                  load USER COUNT NETWORK    so many devices from USER on, at NETWORK.N.N (10.20, say); those
                                             that are there already move
                  drop USER COUNT            so many devices from USER on are gone
                  quit
                """)

        @Option(name: .long, help: "Where the SIP Server listens.")
        var listen = "127.0.0.1:15060"
        @Option(name: .long, help: "udp or tcp, for all.")
        var transport = "udp"
        @Option(name: .long, help: "Where e911d listens.")
        var manager = "127.0.0.1:15062"
        @Option(name: .long, help: "Where the emergency gateway listens.")
        var gateway = "127.0.0.1:15070"
        @Option(name: .long, help: "Where the gateway of test calls listens.")
        var testGateway = "127.0.0.1:15071"
        @Option(name: .long, help: "proxy or b2bua: how the SIP Server passes calls on.")
        var mode = "proxy"
        @Option(name: .long, help: "oos-check: seconds between OPTIONS to e911d; 0 sends none.")
        var check = 5
        @Option(name: .long, help: "subscription-max-body-size, in octets.")
        var maxBody = 14_336
        @Option(name: .long, help: "Read the commands from this file or named pipe, not from standard input.")
        var commands: String?
        @Flag(name: .long, help: "Let a phone register, call 911 and be called back, then wait for Ctrl-C.")
        var demo = false

        func run() async throws {
            let kind = SIPTransportKind.allCases.first { "\($0.viaToken.lowercased())" == transport }
            guard let kind, kind != .tls else { throw ValidationError("--transport is udp or tcp, not '\(transport)'") }
            guard let mode = SIPServerConfiguration.Mode(rawValue: mode) else {
                throw ValidationError("--mode is proxy or b2bua, not '\(self.mode)'")
            }
            var settings = ModelNetwork.Settings(
                server: NextHop(kind: kind, endpoint: try Self.endpoint("--listen", listen)),
                manager: try Self.endpoint("--manager", manager), gateway: try Self.endpoint("--gateway", gateway),
                testGateway: try Self.endpoint("--test-gateway", testGateway))
            settings.mode = mode
            settings.maxBodyOctets = maxBody
            settings.check = check > 0 ? .seconds(check) : nil
            // Read and write, so that a named pipe has no end when its first writer goes.
            if let commands {
                let descriptor = open(commands, O_RDWR)
                guard descriptor >= 0, dup2(descriptor, 0) == 0 else {
                    throw ValidationError("--commands: '\(commands)' cannot be read")
                }
            }
            let network: ModelNetwork
            do {
                network = try await ModelNetwork(settings)
            } catch let error as ListenError {
                printError("\(error)")
                throw ExitCode.failure
            }
            let steps = Demonstration(network)
            let narrator = Task {
                for await event in network.events {
                    printLine(event.text)
                    if demo { await steps.take(event) }
                }
            }
            if demo { printLine("SIP Server: listening at \(listen); waiting for e911d") }
            await Self.untilSignalOrQuit(demo ? nil : network)
            await network.stop()
            await narrator.value
        }

        private static func endpoint(_ name: String, _ text: String) throws -> Endpoint {
            guard let endpoint = Endpoint(text) else { throw ValidationError("\(name) is ADDRESS:PORT, not '\(text)'") }
            return endpoint
        }

        /// Obeys the commands until `quit` or a signal.
        private static func untilSignalOrQuit(_ network: ModelNetwork?) async {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await Signals.wait(for: [SIGTERM, SIGINT]) }
                if let network {
                    let (lines, feed) = AsyncStream.makeStream(of: String.self)
                    // A blocking read must not hold a thread of the pool.
                    Thread.detachNewThread {
                        while let line = readLine() { feed.yield(line) }
                        feed.finish()
                    }
                    group.addTask {
                        for await line in lines {
                            do {
                                guard try await ModelCommand.obey(line, network) else { return }
                            } catch {
                                printError("\(line): \(error)")
                            }
                        }
                        // The end of the commands is not the end of the SIP Server.
                        await Signals.wait(for: [])
                    }
                }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// One line of standard input.
    enum ModelCommand {
        /// `false` for `quit`.
        static func obey(_ line: String, _ network: ModelNetwork) async throws -> Bool {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first ?? "", words.count) {
            case ("", _): break
            case ("quit", 1): return false
            case ("phone", 3...4), ("move", 3...4):
                guard let address = IPAddress(words[2]) else { throw ModelError("'\(words[2])' is no address") }
                let mac = words.count > 3 ? MACAddress(words[3]) : MACAddress(bits: 0x0011_22aa_0000 + number(words[1]))
                guard let mac else { throw ModelError("'\(words[3])' is no MAC") }
                let endpoint = Endpoint(address, 5060)
                if words[0] == "phone" {
                    try await network.addPhone(words[1], at: endpoint, mac: mac)
                } else {
                    try await network.movePhone(words[1], to: endpoint, mac: mac)
                }
            case ("call", 3): try network.tell(words[1], .call(words[2]))
            case ("hang-up", 2): try network.tell(words[1], .hangUp)
            case ("unregister", 2): try network.tell(words[1], .unregister)
            case ("callback", 2): network.callBack(words[1])
            case ("load", 4):
                let (first, count) = try range(words)
                guard IPAddress("\(words[3]).0.0") != nil else { throw ModelError("'\(words[3])' is no network") }
                let devices = (0..<count).map { index in
                    let user = first + index
                    let mac = MACAddress(bits: 0x0011_2200_0000 + UInt64(user)).description.replacing(":", with: "")
                    return RegisteredDevice(
                        user: "\(user)", contact: "sip:\(user)@\(words[3]).\(index / 250).\(index % 250 + 1):5060",
                        instance: "<urn:uuid:00000000-0000-1000-8000-\(mac)>")
                }
                network.tellServer(.populate(devices, expires: 3600))
            case ("drop", 3):
                let (first, count) = try range(words)
                network.tellServer(.remove((0..<count).map { "\(first + $0)" }))
            default: throw ModelError("no such command; see e911d help sip-server")
            }
            return true
        }

        private static func range(_ words: [String]) throws -> (first: Int, count: Int) {
            guard let first = Int(words[1]), let count = Int(words[2]), (0...99_999_999).contains(first),
                (1...60_000).contains(count)
            else { throw ModelError("USER and COUNT are numbers, COUNT at most 60000") }
            return (first, count)
        }

        private static func number(_ user: String) -> UInt64 {
            UInt64(user) ?? UInt64(user.utf8.reduce(0) { $0 * 31 + Int($1) } & 0xffff)
        }
    }

    /// A first emergency call: a phone registers, e911d is told, the phone calls 911, the dispatcher calls back.
    actor Demonstration {
        private enum Step { case subscription, registration, told, call, callback, end }

        private let network: ModelNetwork
        private var step = Step.subscription
        private var elin: String?

        init(_ network: ModelNetwork) {
            self.network = network
        }

        func take(_ event: ModelNetwork.Event) async {
            switch (step, event.fact) {
            case (.subscription, .server(.notified)):
                step = .registration
                guard let address = IPAddress("127.10.2.17") else { return }
                do {
                    try await network.addPhone(
                        "2001", at: Endpoint(address, 5060), mac: MACAddress(bits: 0x0011_22aa_2001), name: "Ann")
                } catch {
                    printError("\(error)")
                }
            case (.registration, .server(.registered)): step = .told
            case (.told, .server(.notified)):
                step = .call
                try? network.tell("2001", .call("911"))
            case (.call, .server(.toGateway(_, _, let elin))): self.elin = elin
            case (.call, .gateway(isTest: false, .accepted)):
                step = .callback
                try? network.tell("2001", .hangUp)
            case (.callback, .gateway(isTest: false, .ended)):
                step = .end
                if let elin { network.callBack(elin) }
            case (.end, .gateway(isTest: false, .answered)):
                printLine(
                    "That was a 911 call and its callback. Ctrl-C ends e911d, the SIP Server and the mail server.")
            default: break
            }
        }
    }
#endif
