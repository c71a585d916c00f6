#if Daemon
    import AlertChannels
    import Alerting
    import E911Configuration
    import E911Service
    import Foundation
    import Synchronization

    /// The ways out of the house that this daemon has.
    final class Channels: Sendable {
        private let email: EmailChannel?
        private let poster: HTTPPoster

        init(_ configuration: DaemonConfiguration) throws {
            email = try configuration.smtp.map { EmailChannel(settings: try SMTPSettings($0)) }
            var settings = HTTPPoster.Settings()
            settings.agent = "e911d/\(version)"
            poster = HTTPPoster(settings: settings)
        }

        /// Gives a message to its channel; `done` comes on some thread.
        func deliver(_ delivery: Delivery, done: @escaping @Sendable (DeliveryResult) -> Void) {
            guard delivery.channel == .email, let email else {
                done(.permanent(reason: "this e911d has no channel \(delivery.channel.rawValue)"))
                return
            }
            Task { done(await email.deliver(delivery)) }
        }

        /// Posts to a web address; `done` comes on some thread.
        func post(_ post: WebhookPost, done: @escaping @Sendable (DeliveryResult) -> Void) {
            poster.post(
                HTTPPoster.Request(
                    url: post.target.url, tokenFile: post.target.tokenFile, key: post.key, body: post.body), done: done)
        }

        func close() {
            email?.close()
            poster.close()
        }
    }

    /// Something in `e911d.yaml` cannot be used, which only the start shows.
    struct WrongConfiguration: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    extension SMTPSettings {
        fileprivate init(_ configuration: DaemonConfiguration.SMTP) throws {
            guard let from = MailAddress(configuration.from) else {
                throw WrongConfiguration("smtp.from: '\(configuration.from)' is no mail address")
            }
            self.init(url: configuration.url, from: from)
            startTLS =
                switch configuration.startTLS {
                case .required: .required
                case .optional: .optional
                case .off: .none
                }
            username = configuration.username
            password = try configuration.passwordFile.map { path in
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                    throw WrongConfiguration("smtp.password-file: '\(path)' cannot be read")
                }
                return text.trimmingCharacters(in: .newlines)
            }
        }
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
