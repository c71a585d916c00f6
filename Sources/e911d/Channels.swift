#if Daemon
    import AlertChannels
    import Alerting
    import Dispatch
    import E911Configuration
    import E911Service
    import Foundation
    import Glibc
    import Synchronization

    /// The ways out of the house that this daemon has.
    final class Channels: Sendable {
        private let email: EmailChannel?
        private let sms: SMSChannel?
        private let webhook: WebhookChannel
        private let syslog: SyslogChannel
        private let poster: HTTPPoster
        private let closing: @Sendable () -> Void

        init(_ configuration: DaemonConfiguration) throws {
            email = try configuration.smtp.map { EmailChannel(settings: try SMTPSettings($0)) }
            sms = try configuration.sms.map { SMSChannel(settings: try SMSChannel.Settings($0)) }
            webhook = WebhookChannel(settings: try WebhookChannel.Settings(configuration.webhook))
            var log = SyslogChannel.Settings()
            (log.facility, log.enterprise) = (configuration.syslog.facility.code, configuration.syslog.enterprise)
            syslog = SyslogChannel(settings: log)
            poster = HTTPPoster(settings: .ours())
            closing = { [email, sms, webhook, syslog, poster] in
                email?.close()
                sms?.close()
                webhook.close()
                syslog.close()
                poster.close()
            }
        }

        /// Others have taken their place, and the last message that these were given is delivered or has failed.
        deinit {
            // It waits for threads.
            DispatchQueue.global(qos: .utility).async(execute: closing)
        }

        /// What of the configuration cannot be used, without a channel.
        static func check(_ configuration: DaemonConfiguration) throws {
            _ = try configuration.smtp.map { try SMTPSettings($0) }
            _ = try configuration.sms.map { try SMSChannel.Settings($0) }
            _ = try WebhookChannel.Settings(configuration.webhook)
        }

        /// Gives a message to its channel; `done` comes on some thread.
        func deliver(_ delivery: Delivery, done: @escaping @Sendable (DeliveryResult) -> Void) {
            guard let channel = channel(delivery.channel) else {
                done(.permanent(reason: "this e911d has no channel \(delivery.channel.rawValue)"))
                return
            }
            Task {
                done(await channel.deliver(delivery))
                withExtendedLifetime(self) {}
            }
        }

        private func channel(_ kind: AlertChannelKind) -> (any AlertChannel)? {
            switch kind {
            case .email: email
            case .sms: sms
            case .webhook: webhook
            case .syslog: syslog
            // The console's own, which outlives these.
            case .screenPop: nil
            }
        }

        /// Posts to a web address; `done` comes on some thread.
        func post(_ post: WebhookPost, done: @escaping @Sendable (DeliveryResult) -> Void) {
            poster.post(
                HTTPPoster.Request(
                    url: post.target.url, tokenFile: post.target.tokenFile, key: post.key, body: post.body)
            ) { result in
                done(result)
                withExtendedLifetime(self) {}
            }
        }

        func close() { closing() }
    }

    /// Something in `e911d.yaml` cannot be used, which only the start shows.
    struct WrongConfiguration: Error {
        /// Where it stands in the file, `smtp.password-file` say.
        let key: String
        let what: String
        /// This user may not look; the daemon's may.
        let isForbidden: Bool

        init(_ key: String, _ what: String, isForbidden: Bool = false) {
            self.key = key
            self.what = what
            self.isForbidden = isForbidden
        }

        var reason: String { "\(key): \(what)" }
    }

    extension SMTPSettings {
        fileprivate init(_ configuration: DaemonConfiguration.SMTP) throws {
            guard let from = MailAddress(configuration.from) else {
                throw WrongConfiguration("smtp.from", "'\(configuration.from)' is no mail address")
            }
            self.init(url: configuration.url, from: from)
            startTLS =
                switch configuration.startTLS {
                case .required: .required
                case .optional: .optional
                case .off: .none
                }
            username = configuration.username
            password = try configuration.passwordFile.map { try secret(in: $0, of: "smtp.password-file") }
        }
    }

    extension HTTPPoster.Settings {
        fileprivate static func ours(authorities: String? = nil) -> HTTPPoster.Settings {
            var settings = HTTPPoster.Settings()
            settings.agent = "e911d/\(version)"
            settings.authorities = authorities
            return settings
        }
    }

    extension WebhookChannel.Settings {
        fileprivate init(_ configuration: DaemonConfiguration.Webhook) throws {
            self.init()
            http = .ours(authorities: configuration.authorities)
            secret = try configuration.secretFile.map {
                Array(try e911d.secret(in: $0, of: "webhook.secret-file").utf8)
            }
        }
    }

    extension SMSChannel.Settings {
        fileprivate init(_ configuration: DaemonConfiguration.SMS) throws {
            if let template = configuration.template {
                do {
                    self.init(
                        gateway: try SMSGateway(
                            url: template.url, contentType: template.contentType,
                            body: template.body, headers: template.headers,
                            usesBasicAuthentication: template.basicAuthentication, confirmation: template.confirmation))
                } catch {
                    throw WrongConfiguration("sms", "\(error)")
                }
            } else if let provider = SMSGateway.Provider(rawValue: configuration.provider.rawValue) {
                self.init(gateway: provider.gateway)
            } else {
                throw WrongConfiguration("sms.provider", "there is no template for \(configuration.provider.rawValue)")
            }
            for (name, value) in [
                ("account", configuration.account), ("password", configuration.passwordFile),
                ("from", configuration.from),
            ] where value == nil && gateway.uses.contains(where: { $0 == name || $0 == name + "-digits" }) {
                throw WrongConfiguration(
                    "sms", "there is no \(name == "password" ? "password-file" : name), which the template uses")
            }
            account = configuration.account ?? ""
            from = configuration.from ?? ""
            password = try configuration.passwordFile.map { try secret(in: $0, of: "sms.password-file") } ?? ""
            http = .ours(authorities: configuration.authorities)
        }
    }

    /// What a file holds that holds a secret alone, in one line.
    private func secret(in path: String, of key: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            let isForbidden = access(path, R_OK) != 0 && errno == EACCES
            throw WrongConfiguration(key, "'\(path)' cannot be read", isForbidden: isForbidden)
        }
        let secret = text.trimmingCharacters(in: .newlines)
        guard !secret.isEmpty, secret.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
            throw WrongConfiguration(key, "'\(path)' has to hold one line, and nothing else")
        }
        return secret
    }

    /// The site's time zone: its offset is told to the node now and whenever it changes.
    final class SiteZone: Sendable {
        private struct State {
            var zone = TimeZone.gmt
            var told: Int?
            var task: Task<Void, Never>?
        }

        private let tell: @Sendable (Int) -> Void
        private let state = Mutex(State())

        init(tell: @escaping @Sendable (_ minutes: Int) -> Void) {
            self.tell = tell
            let task = Task { [weak self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(60))
                    self?.check()
                }
            }
            state.withLock { $0.task = task }
        }

        func set(_ name: String) {
            state.withLock { $0.zone = TimeZone(identifier: name) ?? .gmt }
            check()
        }

        func stop() {
            state.withLock { $0.task?.cancel() }
        }

        private func check() {
            let changed = state.withLock { state -> Int? in
                let minutes = state.zone.secondsFromGMT() / 60
                guard minutes != state.told else { return nil }
                state.told = minutes
                return minutes
            }
            if let changed { tell(changed) }
        }
    }
#endif
