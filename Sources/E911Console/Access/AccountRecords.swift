#if Daemon
    /// A person who may use the console.
    public struct Account: Equatable, Sendable, Codable {
        public var name: String
        public var role: Role
        /// scrypt, as ``PasswordHash`` writes it.
        public var password: String
        /// The recipients whose screen pops this person's browsers show; empty is everybody's.
        public var screenPops: [String]
        /// Milliseconds since 1970.
        public var changedAt: Int64
    }

    /// What a program shows instead of a password.
    public struct APIToken: Equatable, Sendable, Codable {
        public var id: String
        public var name: String
        public var role: Role
        /// SHA-256 of the secret, in hexadecimal digits.
        public var hash: String
        public var createdBy: String
        public var createdAt: Int64
        /// `nil` for no end.
        public var expiresAt: Int64?
    }

    /// Somebody who is logged in.
    public struct Session: Equatable, Sendable, Codable {
        /// SHA-256 of the cookie's value, in hexadecimal digits.
        public var hash: String
        public var account: String
        /// What a page has to show with each change.
        public var csrf: String
        public var createdAt: Int64
        public var lastUsed: Int64
        public var source: String
    }

    /// All of it: what `accounts.json` in the state folder holds.
    public struct AccountsState: Equatable, Sendable, Codable {
        public var accounts: [Account] = []
        public var tokens: [APIToken] = []
        public var sessions: [Session] = []

        /// What the store that nodes share had of accounts and tokens when it was asked last, by their keys.
        var known: [String: KnownDocument]?
        /// The keys of accounts and tokens that were removed here, and that the store has still.
        var removed: Set<String>?

        /// Nobody may, and nobody can make the first account: what was kept cannot be read.
        public var isClosed: Bool?

        public init() {}

        public static var closed: AccountsState {
            var state = AccountsState()
            state.isClosed = true
            return state
        }
    }
#endif
