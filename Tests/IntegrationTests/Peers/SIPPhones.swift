#if Daemon
    import E911Values
    import Foundation
    import SIPCore

    /// A desk phone. Its address goes into its Contact, its MAC into `+sip.instance`.
    struct Phone: Sendable {
        var user: String
        var name: String
        /// On loopback, where every phone can have one of its own.
        var endpoint: Endpoint
        /// Twelve hexadecimal digits.
        var mac: String

        /// One that only registers, so that its port is nobody's.
        init(_ user: String, endpoint: Endpoint, mac: String) {
            self.user = user
            self.endpoint = endpoint
            self.mac = mac
            name = "Agent \(user)"
        }

        init(_ user: String, at address: IPAddress, mac: String, name: String? = nil) throws {
            self.user = user
            self.name = name ?? "Agent \(user)"
            self.mac = mac
            endpoint = Endpoint(address, try Ports.lease())
        }
    }

    /// SIPp in the part of phones and gateways.
    struct SIPPhones {
        let rig: Rig
        let server: SIPServerPeer
        let transport: SIPTransportKind

        /// Registers phones, or with `expires` 0 unregisters them.
        func register(_ phones: [Phone], expires: Int = 600, cseq: Int = 1) async throws {
            let folder = try newFolder("register")
            let rows = phones.map { "\($0.user);\($0.endpoint.address);\($0.endpoint.port);\($0.mac)" }
            try (["SEQUENTIAL"] + rows + [""]).joined(separator: "\n")
                .write(to: folder.appendingPathComponent("phones.csv"), atomically: false, encoding: .utf8)
            try await run(
                PackageFolder.fixture("sipp/register.xml"), in: folder, calls: phones.count,
                [
                    "-inf", "phones.csv", "-key", "domain", SIPServerPeer.domain, "-key", "expires", "\(expires)",
                    "-key", "cseq", "\(cseq)", "-i", Self.provisioning,
                ])
        }

        /// A phone dials a number, is answered and hangs up.
        @discardableResult
        func call(_ number: String, from phone: Phone) async throws -> [LoggedMessage] {
            try await call(number, from: phone, scenario: PackageFolder.fixture("sipp/call.xml"))
        }

        /// A phone dials a number and is refused with this status.
        @discardableResult
        func call(_ number: String, from phone: Phone, refusedWith status: Int) async throws -> [LoggedMessage] {
            let template = try String(contentsOf: PackageFolder.fixture("sipp/refused.xml.in"), encoding: .utf8)
            let scenario = try newFolder("scenario").appendingPathComponent("refused.xml")
            try template.replacingOccurrences(of: "@STATUS@", with: "\(status)")
                .write(to: scenario, atomically: false, encoding: .utf8)
            return try await call(number, from: phone, scenario: scenario)
        }

        private func call(_ number: String, from phone: Phone, scenario: URL) async throws -> [LoggedMessage] {
            let folder = try newFolder("call")
            return try await run(
                scenario, in: folder, calls: 1,
                [
                    "-s", number, "-key", "caller", phone.user, "-key", "name", phone.name,
                    "-key", "domain", SIPServerPeer.domain, "-i", "\(phone.endpoint.address)", "-p",
                    "\(phone.endpoint.port)",
                ])
        }

        /// Starts something that answers calls, and OPTIONS: a gateway, or a phone that waits for a call.
        func answer(at endpoint: Endpoint) async throws -> AnsweringParty {
            let folder = try newFolder("answer")
            let process = try await rig.start(
                try PeerProgram.sipp.required(),
                [
                    "-sf", PackageFolder.fixture("sipp/answer.xml").path, "-i", "\(endpoint.address)", "-p",
                    "\(endpoint.port)",
                ] + common,
                in: folder)
            try await eventually("SIPp at \(endpoint): \(process.whatItDoes)") {
                guard process.isRunning else { throw PeerError("SIPp ended:\n\(process.output.tail)") }
                return Ports.isOpen(endpoint.port) ? true : nil
            }
            return AnsweringParty(process: process, log: folder.appendingPathComponent(Self.log))
        }

        func answer(as phone: Phone) async throws -> AnsweringParty {
            try await answer(at: phone.endpoint)
        }

        // MARK: SIPp

        /// Where registrations come from; the phones' own addresses stand in their Contacts.
        private static let provisioning = "127.0.0.9"
        private static let log = "messages.log"

        private var common: [String] {
            [
                "-t", transport == .udp ? "u1" : "t1", "-nostdin", "-trace_msg", "-message_file", Self.log,
                "-trace_err", "-error_file", "errors.log",
            ]
        }

        private func newFolder(_ name: String) throws -> URL {
            try rig.subfolder("\(name)-\(UUID().uuidString.prefix(8))")
        }

        @discardableResult
        private func run(_ scenario: URL, in folder: URL, calls: Int, _ arguments: [String]) async throws
            -> [LoggedMessage]
        {
            let process = try await rig.start(
                try PeerProgram.sipp.required(),
                ["\(SIPServerPeer.host):\(server.port)", "-sf", scenario.path, "-m", "\(calls)", "-r", "200"]
                    + ["-timeout", "\(40 + calls / 50)s", "-timeout_error"] + common + arguments, in: folder)
            let end = try await process.end(within: .seconds(60 + calls / 50))
            let messages = LoggedMessage.read(folder.appendingPathComponent(Self.log))
            guard end == .exited(0) else {
                let errors = try? String(contentsOf: folder.appendingPathComponent("errors.log"), encoding: .utf8)
                throw PeerError(
                    """
                    SIPp \(scenario.lastPathComponent): \(end)
                    \(errors ?? "")
                    \(messages.map { ($0.isReceived ? "<- " : "-> ") + $0.startLine }.joined(separator: "\n"))
                    """)
            }
            return messages
        }
    }

    /// A gateway or a phone that answers each call.
    struct AnsweringParty {
        let process: ChildProcess
        fileprivate let log: URL

        /// What it received and sent so far.
        var messages: [LoggedMessage] { LoggedMessage.read(log) }

        /// The calls that it got, in order, without the OPTIONS checks.
        var invites: [LoggedMessage] { messages.filter { $0.isReceived && $0.method == "INVITE" } }

        /// The first call that is wanted, or the wait fails.
        func invite(_ what: String, where wants: (LoggedMessage) -> Bool = { _ in true }) async throws -> LoggedMessage
        {
            try await eventually("the call \(what)") { invites.first(where: wants) }
        }

        func stop() async {
            await process.stop()
        }
    }
#endif
