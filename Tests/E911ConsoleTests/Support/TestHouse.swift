#if Daemon
    import Alerting
    import E911Configuration
    import E911Service
    import E911Values
    import Foundation
    import HTTPTypes
    import HummingbirdCore
    import NIOCore
    import SIPCore
    import Synchronization

    @testable import E911Console

    /// A console over one real node with a small site and a store in memory, asked without sockets.
    final class TestHouse: Sendable {
        struct State {
            var node: E911Node
            var nextToken: UInt64 = 1
            /// Milliseconds since the start.
            var elapsed: Int64 = 0
            var stored = StoreBatch()
            var drained: Bool?
            var notes: [String] = []
        }

        static let start: Int64 = 1_795_524_214_000
        static let server = Endpoint("192.0.2.10:5060")!
        static let local = Endpoint("192.0.2.20:5060")!

        let state: Mutex<State>
        let accounts: Accounts
        let hub: EventHub
        let screenPops: ScreenPopChannel
        let folder: String
        private let made = Mutex<ConsoleResponder?>(nil)

        static let siteYAML = """
            site: { name: Example, time-zone: America/Chicago, default-call-server: main }
            call-servers:
              - name: main
                members: [ { address: 192.0.2.10, port: 5060, transport: udp } ]
                username: "7911"
                default-location: hq
                default-elin: "+13125550100"
                alert-fallback: [ security ]
            locations:
              - id: hq
                name: Headquarters
                address: { HNO: "100", RD: Main }
                elins: [ "+13125550101" ]
                children:
                  - { id: hq-2, name: "2nd floor", elins: [ "+13125550103", "+13125550104" ] }
            rules:
              - { prefix: 10.1.2.0/24, location: hq-2 }
            recipients:
              - { name: security, email: security@example.com, screen-pop: true }
            alerts:
              - { location: hq, to: [ security ] }
            """

        /// - Parameter isDeclared: whether a file declares the site.
        init(isDeclared: Bool = false, hasSite: Bool = true, patience: Duration = .seconds(5)) throws {
            var configuration = NodeConfiguration(node: "a", listeners: [.init(transport: .udp, endpoint: Self.local)])
            configuration.tellsLive = true
            let node = E911Node(configuration: configuration, identifiers: SeededGenerator(seed: 1))
            state = Mutex(State(node: node))
            hub = EventHub(epoch: Self.start)
            screenPops = ScreenPopChannel(hub: hub, patience: patience)
            folder = FileManager.default.temporaryDirectory.path + "/e911d-console-\(UUID().uuidString)"
            let clock = clock
            accounts = Accounts(AccountsState(), clock: { clock.now }) { _ in }
            var stored = StoredState()
            if hasSite {
                var site = SiteFile.read(octets: Array(Self.siteYAML.utf8), file: "site.yaml").value
                site?.declared = isDeclared
                stored.site = site
            }
            command(.restore(stored, storeAvailable: true))
        }

        /// Milliseconds since 1970, moved by hand.
        final class Clock: Sendable {
            private let time = Mutex(TestHouse.start)
            var now: Int64 { time.withLock { $0 } }
            func advance(by milliseconds: Int64) { time.withLock { $0 += milliseconds } }
        }

        let clock = Clock()

        // MARK: The node

        private var now: Now {
            let time = clock.now
            return Now(
                monotonic: MonotonicTime(nanoseconds: (time - Self.start + 1000) * 1_000_000),
                wall: WallTime(milliseconds: time))
        }

        @discardableResult
        func command(_ command: NodeCommand) -> [NodeEffect] {
            let now = now
            return state.withLock { state in
                Self.work(&state, hub) { $0.handle(.command(command), now: now) }
            }
        }

        /// An emergency call, journaled and answered.
        func call(_ number: Int, from user: String = "2001") {
            let text = """
                INVITE sip:911@192.0.2.20 SIP/2.0
                Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK\(number)
                Max-Forwards: 70
                From: <sip:\(user)@192.0.2.10>;tag=f\(number)
                To: <sip:911@192.0.2.20>
                Call-ID: call-\(number)
                CSeq: 1 INVITE
                Contact: <sip:\(user)@192.0.2.10>
                Content-Length: 0


                """.replacingOccurrences(of: "\n", with: "\r\n")
            let octets = Array(text.utf8)
            let now = now
            state.withLock { state in
                _ = Self.work(&state, hub) {
                    $0.receive(octets.span, on: .datagram(local: Self.local, remote: Self.server), now: now)
                }
            }
        }

        /// Performs what the node wants: the journal and the store answer at once, everything live is told.
        private static func work(
            _ state: inout State, _ hub: EventHub, _ input: (inout E911Node) -> [SIPEffect<NodeEffect>]
        ) -> [NodeEffect] {
            var told: [NodeEffect] = []
            var queue = input(&state.node)
            while !queue.isEmpty {
                guard case .other(let effect) = queue.removeFirst() else { continue }
                told.append(effect)
                let now = Now(monotonic: MonotonicTime(nanoseconds: 2_000_000_000), wall: WallTime(milliseconds: start))
                switch effect {
                case .journal(_, let token):
                    queue += state.node.handle(.command(.journaled(token, failure: nil)), now: now)
                case .persist(let batch, let token):
                    state.stored.calls += batch.calls
                    state.stored.outbox += batch.outbox
                    state.stored.audit += batch.audit
                    queue += state.node.handle(.command(.persisted(token, failure: nil)), now: now)
                case .live(let event): hub.publish(event)
                default: break
                }
            }
            return told
        }

        func ask(_ query: NodeQuery) -> NodeAnswer {
            let token = state.withLock { state in
                defer { state.nextToken += 1 }
                return QueryToken(rawValue: state.nextToken)
            }
            for effect in command(.query(query, token)) {
                if case .answer(let answer, token) = effect { return answer }
            }
            return .refused(["no answer"])
        }

        // MARK: The console

        var responder: ConsoleResponder {
            made.withLock { made in
                if let made { return made }
                let house = ConsoleHouse(
                    version: "1", ask: { self.ask($0) },
                    status: {
                        guard case .status(let status) = self.ask(.status) else { return nil }
                        return status
                    }, drain: { on in self.state.withLock { $0.drained = on } }, archive: MemoryArchive(house: self),
                    site: SiteForms(
                        json: { Array(SiteFile.json($0).utf8) }, yaml: { Array(SiteFile.write($0).utf8) },
                        read: { octets in
                            let reading = SiteFile.read(octets: octets, file: "site")
                            let isWrong = reading.problems.contains { $0.severity == .error }
                            return SiteForms.Reading(
                                site: isWrong ? nil : reading.value,
                                problems: reading.problems.map {
                                    LintFinding(
                                        $0.severity == .error ? .error : .warning, $0.path, $0.reason, remedy: $0.remedy
                                    )
                                })
                        }, changes: { SiteFile.changes(from: $0, to: $1) }), listeners: { [] }, findings: { [] },
                    floorPlans: folder, note: { note in self.state.withLock { $0.notes.append(note.code) } },
                    clock: { self.clock.now })
                let responder = ConsoleResponder(
                    house: house, accounts: accounts, hub: hub, screenPops: screenPops, isTLS: false,
                    trustedProxies: [IPPrefix("198.51.100.0/24")!])
                made = responder
                return responder
            }
        }

        /// An answer of the console.
        struct Answer {
            var status: Int
            var headers: HTTPFields
            var body: String

            var json: JSONValue { (try? JSON.read(JSONValue.self, Array(body.utf8))) ?? .null }
        }

        /// Who asks, and with what.
        struct Caller {
            var cookie: String?
            var csrf: String?
            var token: String?
            var peer = "203.0.113.5"
            var headers: HTTPFields = [:]
        }

        func send(
            _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, as caller: Caller = Caller(),
            type: String = "application/json"
        ) async throws -> Answer {
            var head = HTTPRequest(method: method, scheme: "http", authority: "e911.example.com", path: path)
            head.headerFields = caller.headers
            if let cookie = caller.cookie { head.headerFields[.cookie] = "e911d_session=\(cookie)" }
            if let csrf = caller.csrf { head.headerFields[HTTPField.Name("X-CSRF-Token")!] = csrf }
            if let token = caller.token { head.headerFields[.authorization] = "Bearer \(token)" }
            if body != nil { head.headerFields[.contentType] = type }
            let request = Request(head: head, body: .init(buffer: ByteBuffer(string: body ?? "")))
            let response = try await responder.respond(to: request, context: ConnectionContext(peer: caller.peer))
            let writer = TestWriter()
            if response.headers[.contentType] != "text/event-stream" { try await response.body.write(writer) }
            return Answer(
                status: response.status.code, headers: response.headers,
                body: writer.octets.withLock { String(buffer: $0) })
        }

        /// Makes an account and logs in.
        func logIn(_ role: Role, name: String? = nil) async throws -> Caller {
            let name = name ?? role.rawValue
            try await accounts.put(name: name, role: role, password: "correct horse", screenPops: [])
            let answer = try await send(.post, "/api/v1/session", #"{"name":"\#(name)","password":"correct horse"}"#)
            let cookie = answer.headers[.setCookie] ?? ""
            return Caller(
                cookie: String(cookie.dropFirst("e911d_session=".count).prefix { $0 != ";" }),
                csrf: answer.json["csrf"]?.text)
        }
    }

    /// Keeps what is written.
    private final class TestWriter: ResponseBodyWriter, Sendable {
        let octets = Mutex(ByteBuffer())
        func write(_ buffer: ByteBuffer) async throws { _ = octets.withLock { $0.writeImmutableBuffer(buffer) } }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    /// What the node gave to the store.
    private struct MemoryArchive: CallArchive {
        let house: TestHouse

        private func newest<Row>(_ rows: [Stamped<Row>], _ key: (Row) -> RecordKey) -> [Row] {
            var last: [RecordKey: Row] = [:]
            for row in rows { last[key(row.row)] = row.row }
            return last.values.sorted { key($0) > key($1) }
        }

        func calls(_ search: CallSearch) throws -> [CallRecord] {
            newest(house.state.withLock { $0.stored.calls }, \.key).filter {
                search.fits($0)
                    && (search.before.map { $0 } ?? RecordKey(time: WallTime(milliseconds: .max), node: "", counter: 0))
                        > $0.key
            }.prefix(search.limit).map { $0 }
        }

        func call(_ key: RecordKey) throws -> CallRecord? {
            newest(house.state.withLock { $0.stored.calls }, \.key).first { $0.key == key }
        }

        func alert(_ key: RecordKey) throws -> OutboxRow? {
            newest(house.state.withLock { $0.stored.outbox }, \.key).first { $0.key == key }
        }

        func alerts(before: RecordKey?, limit: Int) throws -> [OutboxRow] {
            newest(house.state.withLock { $0.stored.outbox }, \.key)
        }

        func audit(_ search: AuditSearch) throws -> [AuditEntry] {
            newest(house.state.withLock { $0.stored.audit }, \.key).map { AuditEntry(record: $0, hash: []) }
        }

        func auditCheck() throws -> AuditCheck { AuditCheck() }
        func purge(_ order: PurgeOrder) throws -> PurgeReport { PurgeReport() }
        func copy(to folder: String) throws {}
    }
#endif
