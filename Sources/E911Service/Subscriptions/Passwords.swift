import E911Values
import SIPCore

/// The passwords for SIP Servers that ask for one. The site names files; the daemon reads them.
extension E911Node {
    /// A site was taken over: its files are read, those that are known already too, since they may have changed.
    mutating func wantPasswords() {
        let paths = site?.configuration.passwordFiles ?? []
        var known: [String: PasswordFile.Content] = [:]
        for path in paths { known[path] = passwords[path] }
        passwords = known
        read(paths)
    }

    /// Whether a call server's password has not been read yet: its subscriptions begin when it is.
    func awaitsPassword(_ choices: SubscriptionChoices) -> Bool {
        choices.passwordFile.map { passwords[$0] == nil } ?? false
    }

    /// Who we are to a call server; `nil` without a password that can be used.
    func account(of server: Int) -> DigestAccount? {
        guard let choices = site?.servers[server].configuration.subscription, let username = choices.username,
            let path = choices.passwordFile, case .password(let password)? = passwords[path]
        else { return nil }
        return DigestAccount(username: username, password: password)
    }

    /// What the files hold. Subscriptions that wait for a password begin, and those that were refused try another one.
    mutating func take(_ files: [PasswordFile], now: Now) {
        let wanted = site?.configuration.passwordFiles ?? []
        var hasNew = false
        for file in files {
            passwordsAsked.removeAll { $0 == file.path }
            guard wanted.contains(file.path), passwords[file.path] != file.content else { continue }
            passwords[file.path] = file.content
            hasNew = true
            if case .unusable(let reason) = file.content {
                note(
                    .alarm, "subscription.password",
                    "The password for a SIP Server cannot be used; the subscription goes without it",
                    [.init("file", file.path), .init("reason", reason)])
            }
        }
        if hasNew { wantSubscriptions(now: now) }
    }

    /// What people should look at when a subscription is refused. A password that was refused may have been mended since:
    /// its file is read again, so that no restart is needed.
    mutating func hint(_ status: Int?, _ subscription: SubscriptionTable.Subscription) -> String {
        switch status {
        case 489: return "; check subscription-event-allowed on the SIP Server"
        case 401, 407:
            guard let site, site.servers.indices.contains(subscription.server),
                let path = site.servers[subscription.server].configuration.subscription.passwordFile
            else { return "" }
            read([path])
            if case .unusable(let reason)? = passwords[path] { return "; \(path) \(reason)" }
            return "; check username and password-file"
        default: return ""
        }
    }

    private mutating func read(_ paths: [String]) {
        let new = paths.filter { !passwordsAsked.contains($0) }
        guard !new.isEmpty else { return }
        passwordsAsked += new
        out.append(.other(.readPasswords(new)))
    }
}
