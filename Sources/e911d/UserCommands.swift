#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Console
    import E911Control
    import E911Service
    import E911Store
    import E911Values
    import Foundation

    struct User: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accounts of the console.", subcommands: [UserAdd.self, UserList.self, UserRemove.self])
    }

    /// What is asked of accounts on the control socket.
    struct UserArguments: Codable, Sendable {
        var name: String
        var role: Role?
        var password: String?
        var screenPops: [String]
        var by: String
    }

    /// An account as the command line shows it.
    struct UserRow: Codable, Sendable {
        var name: String
        var role: Role
        var screenPops: [String]
    }

    struct UserAdd: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Make an account, or give one another role or password.",
            discussion: "The password is read from standard input, one line; on a terminal it is asked for.")

        @OptionGroup var options: ConfigurationOption
        @Argument(help: "The name.") var name: String
        @Option(
            name: .long, help: "\(Role.allCases.map(\.rawValue).joined(separator: ", ")).",
            transform: { text in
                guard let role = Role(rawValue: text) else { throw ValidationError("there is no role '\(text)'") }
                return role
            })
        var role: Role = .readOnly
        @Option(name: .long, help: "A recipient whose screen pops are shown; several times for several, none for all.")
        var screenPops: [String] = []
        @Flag(name: .long, help: "Keep the password of an account that is there.")
        var keepPassword = false

        func run() async throws {
            let password = keepPassword ? nil : try Self.password()
            try await UserAccess(try options.read()).put(
                UserArguments(
                    name: name, role: role, password: password, screenPops: screenPops, by: SiteAccess.user))
            printLine("\(name): \(role.rawValue)")
        }

        private static func password() throws -> String {
            if isatty(STDIN_FILENO) == 1 {
                guard let text = getpass("Password: ") else { throw ValidationError("there is no password") }
                return String(cString: text)
            }
            guard let line = readLine(strippingNewline: true), !line.isEmpty else {
                throw ValidationError("there is no password on standard input")
            }
            return line
        }
    }

    struct UserList: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "The accounts with their roles.")
        @OptionGroup var look: LookOptions

        func run() async throws {
            let users = try await UserAccess(try look.options.read()).list()
            try look.show(users, ["NAME", "ROLE", "SCREEN POPS"]) {
                [$0.name, $0.role.rawValue, $0.screenPops.isEmpty ? "all" : $0.screenPops.joined(separator: ", ")]
            }
        }
    }

    struct UserRemove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "End an account and its sessions.")
        @OptionGroup var options: ConfigurationOption
        @Argument(help: "The name.") var name: String

        func run() async throws {
            try await UserAccess(try options.read()).remove(
                UserArguments(name: name, role: nil, password: nil, screenPops: [], by: SiteAccess.user))
        }
    }

    /// Accounts of the running daemon, or of the state folder when none runs.
    private struct UserAccess {
        let configuration: DaemonConfiguration

        init(_ configuration: DaemonConfiguration) { self.configuration = configuration }

        private var socket: String { ControlSocket.path(stateFolder: configuration.state) }
        private var isAnswered: Bool { ControlClient.isAnswered(path: socket) }

        func put(_ user: UserArguments) async throws {
            if isAnswered {
                try asking(socket) { client throws(ControlError) in let _: Bool = try client.ask("user-put", user) }
                return
            }
            try await offline { try await $0.put(user) }
        }

        func remove(_ user: UserArguments) async throws {
            if isAnswered {
                try asking(socket) { client throws(ControlError) in let _: Bool = try client.ask("user-remove", user) }
                return
            }
            try await offline { try $0.remove(name: user.name) }
        }

        func list() async throws -> [UserRow] {
            if isAnswered {
                return try asking(socket) { client throws(ControlError) in try client.ask("user-list") }
            }
            return try await offline { $0.rows }
        }

        private func offline<Value: Sendable>(_ body: (Accounts) async throws -> Value) async throws -> Value {
            let path = configuration.state
            do {
                return try await writingOffline(configuration) {
                    // Nobody else has the folder meanwhile.
                    let (folder, _) = try StateFolder.open(configuration) { _ in }
                    defer { folder.close() }
                    let state = try AccountsFile.read(folder: path).map {
                        try JSONDecoder().decode(AccountsState.self, from: Data($0))
                    }
                    let accounts = Accounts(
                        state ?? AccountsState(), clock: { SQLiteStore.wallClock().milliseconds }
                    ) { state in
                        if let octets = try? JSONEncoder().encode(state) { folder.writeAccounts([UInt8](octets)) }
                    }
                    return try await body(accounts)
                }
            } catch let refusal as Accounts.Refusal {
                printError("\(refusal)")
                throw ExitStatus.failure
            } catch is DecodingError {
                printError("\(path)/accounts.json cannot be read")
                throw ExitStatus.failure
            }
        }
    }

    extension Accounts {
        var rows: [UserRow] {
            accounts.map { UserRow(name: $0.name, role: $0.role, screenPops: $0.screenPops) }
        }

        fileprivate func put(_ user: UserArguments) async throws {
            try await put(
                name: user.name, role: user.role ?? .readOnly, password: user.password, screenPops: user.screenPops)
        }

        /// The daemon's answer to a command about accounts; `nil` for other commands.
        func answer(_ request: ControlRequest, relay: CommandRelay) async -> ControlResponse? {
            guard request.command.hasPrefix("user-") else { return nil }
            func done() -> ControlResponse { ControlResponse(id: request.id, result: Data("true".utf8)) }
            do {
                if request.command == "user-list" {
                    return ControlResponse(id: request.id, result: try JSONEncoder().encode(rows))
                }
                let user = try JSONDecoder().decode(UserArguments.self, from: request.arguments ?? Data("null".utf8))
                var kind = SiteChange.Kind.removed
                if request.command == "user-put" {
                    kind = accounts.contains { $0.name == user.name } ? .changed : .added
                    try await put(user)
                } else if request.command == "user-remove" {
                    try remove(name: user.name)
                } else {
                    return nil
                }
                var fields: [SiteChange.Field] = []
                if kind != .removed { fields.append(.init("role", new: user.role?.rawValue)) }
                if user.password != nil { fields.append(.init("password", new: "(another)")) }
                let changes = try JSONEncoder().encode([SiteChange(kind, "users", user.name, fields: fields)])
                _ = await relay.ask(
                    .audit(
                        AuditNote(
                            who: user.by, action: "user", detail: user.name, source: "local",
                            changes: String(decoding: changes, as: UTF8.self))))
                return done()
            } catch let refusal as Accounts.Refusal {
                return ControlResponse(id: request.id, errors: ["\(refusal)"])
            } catch {
                return ControlResponse(id: request.id, errors: ["'\(request.command)': \(error)"])
            }
        }
    }
#endif
