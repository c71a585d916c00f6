#if Daemon
    import Foundation
    import Synchronization

    /// Who asks.
    public struct Identity: Equatable, Sendable {
        public enum Proof: Equatable, Sendable {
            /// The hash of the session, and what a change has to show.
            case session(String, csrf: String)
            case token(String)
        }

        /// The account, or `token NAME`.
        public var name: String
        public var role: Role
        public var proof: Proof
        /// The recipients whose screen pops are shown; empty is everybody's.
        public var screenPops: [String]

        /// Whether screen pops of a recipient are shown to this person.
        func sees(_ recipient: String) -> Bool { screenPops.isEmpty || screenPops.contains(recipient) }
    }

    /// Accounts, sessions and tokens. Memory answers; what changes is kept by the closure given.
    public final class Accounts: Sendable {
        /// Why somebody does not get in, or something is not changed.
        public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
            case wrongPassword
            /// Try again after so many seconds.
            case throttled(seconds: Int)
            case busy
            /// There are accounts already, or the set-up's secret is not the right one.
            case noSetUp
            case unacceptable(String)
            case unknown(String)

            public var description: String {
                switch self {
                case .wrongPassword: "name or password is wrong"
                case .throttled(let seconds): "too many wrong passwords: try again in \(seconds) seconds"
                case .busy: "too many log in at once"
                case .noSetUp: "there is nothing to set up"
                case .unacceptable(let reason), .unknown(let reason): reason
                }
            }
        }

        private struct Memory {
            var state: AccountsState
            var throttle = LoginThrottle()
            /// What lets the first administrator be made; `nil` once there is an account.
            var firstRun: String?

            /// The store that nodes share is to lose it, too.
            mutating func removed(_ key: SharedKey) {
                state.removed = (state.removed ?? []).union([key.text])
            }
        }

        private let memory: Mutex<Memory>
        private let save: @Sendable (AccountsState) -> Void
        private let desk = PasswordDesk()
        private let clock: @Sendable () -> Int64
        /// Milliseconds.
        private let idle: Int64
        private static let longestSession: Int64 = 30 * 86_400_000
        private static let sessionsPerAccount = 50

        /// - Parameters:
        ///   - idle: a session that is not used for so long ends.
        ///   - clock: milliseconds since 1970.
        ///   - save: called with each change, in order.
        public init(
            _ state: AccountsState, idle: Duration = .seconds(43_200), clock: @escaping @Sendable () -> Int64,
            save: @escaping @Sendable (AccountsState) -> Void
        ) {
            var memory = Memory(state: state)
            if state.accounts.isEmpty, state.isClosed != true { memory.firstRun = Secret.make() }
            self.memory = Mutex(memory)
            self.idle = idle.components.seconds * 1000
            self.clock = clock
            self.save = save
        }

        // MARK: Shared

        /// Nothing is to be read from the store, or written there, while what is here cannot be read.
        public var isClosed: Bool { memory.withLock { $0.state.isClosed == true } }

        func look<Value>(_ body: (AccountsState) throws -> Value) rethrows -> Value {
            try memory.withLock { try body($0.state) }
        }

        /// A change that comes from the store, or that is about it.
        func share<Value>(_ body: (inout AccountsState) throws -> Value) rethrows -> Value {
            try memory.withLock { memory in
                var state = memory.state
                let value = try body(&state)
                guard state != memory.state else { return value }
                memory.state = state
                if !state.accounts.isEmpty { memory.firstRun = nil }
                save(state)
                return value
            }
        }

        // MARK: First run

        /// The secret with which the first administrator is made; `nil` when there is an account.
        public var firstRun: String? { memory.withLock { $0.firstRun } }

        /// Makes the first administrator, and logs in.
        func setUp(secret: String, name: String, password: String, source: String) async throws -> (String, Session) {
            guard let expected = firstRun, Secret.isSame(expected, secret) else { throw Refusal.noSetUp }
            let account = try await make(name, .administrator, password)
            try memory.withLock { memory in
                guard memory.firstRun != nil, memory.state.accounts.isEmpty else { throw Refusal.noSetUp }
                memory.firstRun = nil
                memory.state.accounts = [account]
                save(memory.state)
            }
            return open(account, source)
        }

        // MARK: Sessions

        /// - Returns: the cookie's value, and the session.
        func logIn(name: String, password: String, source: String) async throws -> (String, Session) {
            open(try await verify(name: name, password: password, source: source), source)
        }

        /// The account that a password belongs to.
        private func verify(name: String, password: String, source: String) async throws -> Account {
            let now = clock()
            let (account, wait) = memory.withLock { memory in
                (
                    memory.state.accounts.first { $0.name == name },
                    memory.throttle.wait(account: name, source: source, now: now)
                )
            }
            guard wait == 0 else { throw Refusal.throttled(seconds: wait) }
            guard password.utf8.count <= PasswordHash.longest, name.utf8.count <= Self.longestName else {
                throw Refusal.wrongPassword
            }
            let kept = account?.password
            guard let fits = await desk.work({ PasswordHash.fits(password, kept ?? PasswordHash.nobody) }) else {
                throw Refusal.busy
            }
            guard fits, let account else {
                memory.withLock { $0.throttle.failed(account: name, source: source, now: now) }
                throw Refusal.wrongPassword
            }
            memory.withLock { $0.throttle.succeeded(account: name) }
            return account
        }

        private func open(_ account: Account, _ source: String) -> (String, Session) {
            let secret = Secret.make()
            let now = clock()
            let session = Session(
                hash: Secret.hash(secret), account: account.name, csrf: Secret.make(octets: 18), createdAt: now,
                lastUsed: now, source: source)
            memory.withLock { memory in
                memory.state.sessions.removeAll { isOver($0, now) }
                memory.state.sessions.append(session)
                let own = memory.state.sessions.filter { $0.account == account.name }
                if own.count > Self.sessionsPerAccount, let oldest = own.min(by: { $0.lastUsed < $1.lastUsed }) {
                    memory.state.sessions.removeAll { $0.hash == oldest.hash }
                }
                save(memory.state)
            }
            return (secret, session)
        }

        private func isOver(_ session: Session, _ now: Int64) -> Bool {
            now - session.lastUsed > idle || now - session.createdAt > Self.longestSession
        }

        /// Who shows this cookie.
        func identity(cookie: String) -> Identity? {
            let hash = Secret.hash(cookie)
            let now = clock()
            return memory.withLock { memory in
                guard let index = memory.state.sessions.firstIndex(where: { $0.hash == hash }),
                    !isOver(memory.state.sessions[index], now),
                    let account = memory.state.accounts.first(where: {
                        $0.name == memory.state.sessions[index].account
                    })
                else { return nil }
                // Kept now and then: a session outlives a restart, and not each look is written.
                if now - memory.state.sessions[index].lastUsed > 60_000 {
                    memory.state.sessions[index].lastUsed = now
                    save(memory.state)
                }
                return Identity(
                    name: account.name, role: account.role,
                    proof: .session(hash, csrf: memory.state.sessions[index].csrf), screenPops: account.screenPops)
            }
        }

        /// Who shows this token.
        func identity(token: String) -> Identity? {
            let hash = Secret.hash(token)
            let now = clock()
            return memory.withLock { memory in
                memory.state.tokens.first { $0.hash == hash && ($0.expiresAt ?? .max) > now }.map {
                    Identity(name: "token \($0.name)", role: $0.role, proof: .token($0.id), screenPops: [])
                }
            }
        }

        /// Whether somebody still is who he was: his account, session and token still stand.
        func stands(_ identity: Identity) -> Bool {
            let now = clock()
            return memory.withLock { memory in
                switch identity.proof {
                case .session(let hash, _):
                    memory.state.sessions.contains { $0.hash == hash && !isOver($0, now) }
                        && memory.state.accounts.contains {
                            $0.name == identity.name && $0.role == identity.role && $0.screenPops == identity.screenPops
                        }
                case .token(let id): memory.state.tokens.contains { $0.id == id && ($0.expiresAt ?? .max) > now }
                }
            }
        }

        /// A stream that is open counts as use.
        func touch(_ identity: Identity) {
            guard case .session(let hash, _) = identity.proof else { return }
            let now = clock()
            memory.withLock { memory in
                guard let index = memory.state.sessions.firstIndex(where: { $0.hash == hash }) else { return }
                memory.state.sessions[index].lastUsed = now
            }
        }

        func logOut(_ identity: Identity) {
            guard case .session(let hash, _) = identity.proof else { return }
            memory.withLock { memory in
                memory.state.sessions.removeAll { $0.hash == hash }
                save(memory.state)
            }
        }

        // MARK: Accounts

        public var accounts: [Account] { memory.withLock { $0.state.accounts.sorted { $0.name < $1.name } } }
        public var tokens: [APIToken] { memory.withLock { $0.state.tokens } }

        private static let longestName = 64

        private func make(
            _ name: String, _ role: Role, _ password: String, _ screenPops: [String] = []
        ) async throws -> Account {
            try Self.check(name, "the name")
            guard password.count >= PasswordHash.shortest else {
                throw Refusal.unacceptable("the password has to have at least \(PasswordHash.shortest) characters")
            }
            guard password.utf8.count <= PasswordHash.longest else {
                throw Refusal.unacceptable("the password may have at most \(PasswordHash.longest) octets")
            }
            guard let hash = await desk.work({ PasswordHash.make(password) }) else { throw Refusal.busy }
            return Account(name: name, role: role, password: hash, screenPops: screenPops, changedAt: clock())
        }

        private static func check(_ name: String, _ what: String) throws {
            let isName =
                !name.isEmpty && name.utf8.count <= longestName && name.first != " " && name.last != " "
                && name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 && $0 != "/" }
            guard isName else {
                throw Refusal.unacceptable(
                    "\(what) has to have 1 to \(longestName) characters without control characters or '/'")
            }
        }

        /// Makes an account, or changes one. A new password, or another role, ends the account's sessions.
        ///
        /// - Parameter password: `nil` keeps the one that is.
        /// - Returns: what there was before.
        @discardableResult
        public func put(
            name: String, role: Role, password: String?, screenPops: [String]
        ) async throws -> Account? {
            var account: Account
            let known = accounts.first { $0.name == name }
            if let password {
                account = try await make(name, role, password, screenPops)
            } else if let known {
                account = known
                (account.role, account.screenPops, account.changedAt) = (role, screenPops, clock())
            } else {
                throw Refusal.unacceptable("a new account needs a password")
            }
            return try memory.withLock { memory in
                guard memory.state.isClosed != true else {
                    throw Refusal.unacceptable(
                        "accounts.json cannot be read; mend it, or move it away, and start e911d anew")
                }
                let index = memory.state.accounts.firstIndex { $0.name == name }
                let before = index.map { memory.state.accounts[$0] }
                if before?.role == .administrator, role != .administrator { try Self.keepsAdministrator(memory, name) }
                if let index { memory.state.accounts[index] = account } else { memory.state.accounts.append(account) }
                if let before, before.password != account.password || before.role != role {
                    memory.state.sessions.removeAll { $0.account == name }
                }
                memory.firstRun = nil
                memory.state.removed?.remove(SharedKey.account(name).text)
                save(memory.state)
                return before
            }
        }

        /// Gives somebody another password, who shows the one that is; his sessions end. Nothing else of the account changes.
        func changePassword(name: String, old: String, new: String, source: String) async throws {
            let kept = try await verify(name: name, password: old, source: source)
            let account = try await make(name, kept.role, new)
            try memory.withLock { memory in
                guard
                    let index = memory.state.accounts.firstIndex(where: {
                        $0.name == name && $0.password == kept.password
                    })
                else { throw Refusal.wrongPassword }
                memory.state.accounts[index].password = account.password
                memory.state.accounts[index].changedAt = account.changedAt
                memory.state.sessions.removeAll { $0.account == name }
                save(memory.state)
            }
        }

        /// Ends an account with its sessions.
        public func remove(name: String) throws {
            try memory.withLock { memory in
                guard let account = memory.state.accounts.first(where: { $0.name == name }) else {
                    throw Refusal.unknown("there is no account '\(name)'")
                }
                if account.role == .administrator { try Self.keepsAdministrator(memory, name) }
                memory.state.accounts.removeAll { $0.name == name }
                memory.state.sessions.removeAll { $0.account == name }
                memory.removed(SharedKey.account(name))
                save(memory.state)
            }
        }

        private static func keepsAdministrator(_ memory: borrowing Memory, _ name: String) throws {
            let others = memory.state.accounts.contains { $0.role == .administrator && $0.name != name }
            guard others else {
                throw Refusal.unacceptable("'\(name)' is the only administrator: make another one first")
            }
        }

        // MARK: Tokens

        /// - Returns: the secret, which is shown once and not kept, and the token.
        func makeToken(name: String, role: Role, by who: String, expiresAt: Int64?) throws -> (String, APIToken) {
            try Self.check(name, "the name")
            let secret = "e911_" + Secret.make()
            let token = APIToken(
                id: Secret.make(octets: 9), name: name, role: role, hash: Secret.hash(secret), createdBy: who,
                createdAt: clock(), expiresAt: expiresAt)
            try memory.withLock { memory in
                guard memory.state.tokens.count < 1000 else { throw Refusal.unacceptable("there are 1000 tokens") }
                memory.state.tokens.append(token)
                save(memory.state)
            }
            return (secret, token)
        }

        func removeToken(id: String) throws -> APIToken {
            try memory.withLock { memory in
                guard let index = memory.state.tokens.firstIndex(where: { $0.id == id }) else {
                    throw Refusal.unknown("there is no token '\(id)'")
                }
                defer { save(memory.state) }
                memory.removed(SharedKey.token(id))
                return memory.state.tokens.remove(at: index)
            }
        }
    }
#endif
