#if Daemon
    import E911Configuration
    import E911Values
    import Testing

    @testable import e911d

    @Suite struct ConfigurationChangeTests {
        private func configuration() throws -> DaemonConfiguration {
            let text = """
                node: a
                state: /var/lib/e911d
                listen: [ { transport: udp, address: 192.0.2.20 } ]
                """
            return try #require(DaemonFile.read(octets: Array(text.utf8), file: "/e911d.yaml").value)
        }

        /// A key that is added later has to be in one of the two lists.
        @Test func everyPartOfTheConfigurationIsTakenOrNamed() throws {
            let old = try configuration()
            var new = old
            new.node = "b"
            new.state = "/srv/e911d"
            new.listeners[0].endpoint = try #require(Endpoint("192.0.2.21:5060"))
            new.store = .postgres("host=db.example.com")
            new.pair = ["a", "b"]
            new.answerDeadline = .milliseconds(10)
            new.console = .init(endpoint: new.listeners[0].endpoint)
            new.smtp = .init(url: "smtp://mail.example.com", from: "e911d@example.com")
            new.webhook.secretFile = "/hook.secret"
            new.sms = .init(provider: .twilio)
            new.syslog.facility = .auth
            new.tls.handshake = .seconds(5)
            new.keepAlive = nil
            new.dns.failover = .seconds(2)
            new.log.level = .debug
            new.limits.transactions = 1000
            let change = ConfigurationChange(from: old, to: new)
            #expect(change.taken == ["log", "smtp", "sms", "webhook", "syslog"])
            #expect(
                change.waiting
                    == [
                        "node", "state", "listen", "store", "pair", "answer-deadline", "console", "tls", "keep-alive",
                        "dns",
                        "limits",
                    ])
            let parts = Mirror(reflecting: old).children.count
            #expect(change.taken.count + change.waiting.count == parts)
        }

        @Test func nothingIsChangedByTheSame() throws {
            let old = try configuration()
            let change = ConfigurationChange(from: old, to: old)
            #expect(change.taken.isEmpty && change.waiting.isEmpty && change.result == old)
        }
    }
#endif
