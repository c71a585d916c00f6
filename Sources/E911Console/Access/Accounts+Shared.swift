#if Daemon
    import E911Service
    import Foundation

    /// The key of an account or a token in the store that nodes share.
    struct SharedKey: Equatable, Sendable {
        static let prefix = "access/"
        private static let accounts = prefix + "account/"
        private static let tokens = prefix + "token/"

        var text: String

        static func account(_ name: String) -> SharedKey { SharedKey(text: accounts + name) }
        static func token(_ id: String) -> SharedKey { SharedKey(text: tokens + id) }

        var accountName: String? { rest(Self.accounts) }
        var tokenID: String? { rest(Self.tokens) }

        private func rest(_ start: String) -> String? {
            text.hasPrefix(start) ? String(text.dropFirst(start.count)) : nil
        }
    }

    extension AccountsState {
        private static func octets(_ value: some Encodable) throws -> [UInt8] {
            let encoder = JSONEncoder()
            // The same value is the same octets.
            encoder.outputFormatting = .sortedKeys
            return [UInt8](try encoder.encode(value))
        }

        func payload(_ key: SharedKey) throws -> [UInt8]? {
            if let name = key.accountName { return try accounts.first { $0.name == name }.map(Self.octets) }
            return try tokens.first { $0.id == key.tokenID }.map(Self.octets)
        }

        func mark(_ key: SharedKey) throws -> String? {
            try payload(key).map { Secret.hash(String(decoding: $0, as: UTF8.self)) }
        }

        fileprivate var hasAdministrator: Bool { accounts.contains { $0.role == .administrator } }

        var sharedKeys: [SharedKey] { accounts.map { .account($0.name) } + tokens.map { .token($0.id) } }

        /// What another node has made of it.
        mutating func put(_ key: SharedKey, _ payload: [UInt8]?) throws {
            if let name = key.accountName {
                let account = try payload.map { try JSONDecoder().decode(Account.self, from: Data($0)) }
                let before = accounts.first { $0.name == name }
                // As after such a change here.
                if account == nil || account?.password != before?.password || account?.role != before?.role {
                    sessions.removeAll { $0.account == name }
                }
                accounts.removeAll { $0.name == name }
                if var account {
                    account.name = name
                    accounts.append(account)
                }
            } else if let id = key.tokenID {
                let token = try payload.map { try JSONDecoder().decode(APIToken.self, from: Data($0)) }
                guard token.map({ $0.id == id }) ?? true else {
                    throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "another token's id"))
                }
                tokens.removeAll { $0.id == id }
                if let token { tokens.append(token) }
            }
        }
    }

    /// Accounts and tokens are the same on all nodes that share a store. Sessions are a node's own.
    struct SharedAccounts: LocalDocuments {
        let accounts: Accounts

        var prefix: String { SharedKey.prefix }
        var title: String { "accounts" }

        func present() throws -> [String: String] {
            try accounts.look { state in
                // A file that somebody has edited may name one twice.
                try Dictionary(
                    state.sharedKeys.map { ($0.text, try state.mark($0) ?? "") },
                    uniquingKeysWith: { first, _ in first })
            }
        }

        func known() -> [String: KnownDocument] { accounts.look { $0.known ?? [:] } }
        func removed() -> Set<String> { accounts.look { $0.removed ?? [] } }
        func payload(_ key: String) throws -> [UInt8]? { try accounts.look { try $0.payload(SharedKey(text: key)) } }

        func take(_ key: String, _ document: StoredDocument, mark: String?) throws -> Bool {
            let shared = SharedKey(text: key)
            var unreadable: DecodingError?
            let isTaken = try accounts.share { state in
                guard try state.mark(shared) == mark else { return false }
                let before = state
                do {
                    try state.put(shared, document.payload)
                } catch let error as DecodingError {
                    // Of a later version perhaps. What it was allowed before it may not be any more.
                    state = before
                    try state.put(shared, nil)
                    if before.hasAdministrator, !state.hasAdministrator { state = before }
                    unreadable = error
                    return false
                }
                if before.hasAdministrator, !state.hasAdministrator {
                    state = before
                    throw KeptHere()
                }
                state.knows(key, version: document.version, mark: try state.mark(shared))
                return true
            }
            if let unreadable { throw unreadable }
            return isTaken
        }

        func stored(_ key: String, version: Int64, mark: String?) throws {
            accounts.share { $0.knows(key, version: version, mark: mark) }
        }

        func forget(_ key: String) {
            accounts.share { state in
                state.removed?.remove(key)
                state.known?[key] = nil
            }
        }
    }

    extension AccountsState {
        fileprivate mutating func knows(_ key: String, version: Int64, mark: String?) {
            known = known ?? [:]
            known?[key] = KnownDocument(version: version, mark: mark)
            removed?.remove(key)
        }
    }
#endif
