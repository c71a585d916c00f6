#if Daemon
    import Alerting
    import E911Configuration
    import E911Service
    import E911Values
    import SIPCore
    import Testing

    @Suite struct DaemonFileTests {
        /// Every key of the file.
        static let text = """
            node: a
            state: /var/lib/e911d
            listen:
              - { transport: udp, address: 192.0.2.20, port: 5060 }
              - { transport: tcp, address: 192.0.2.20, port: 5060 }
              - { transport: udp, address: "2001:db8::20" }
              - { transport: tls, address: 192.0.2.20, certificate: sip.pem, key: sip.key, client-certificate: optional }
            tls: { ca: roots.pem, certificate: client.pem, key: client.key, handshake: 5s }
            store: sqlite
            answer-deadline: 20ms
            console: { address: 127.0.0.1, port: 8443, certificate: web.pem, key: web.key }
            smtp: { url: "smtp://mail.example.com:587", starttls: required, username: e911d, password-file: smtp.secret,
                    from: "e911d@example.com" }
            log: { level: info, format: json }
            limits: { message-octets: 65535, tcp-body-octets: 16777216, connections-per-source: 64 }
            keep-alive: 90s
            dns: { servers: [ 192.0.2.53 ] }
            webhook: { secret-file: hook.secret, ca: hooks.pem }
            sms: { provider: custom, url: "https://sms.example.com/{account}", content-type: application/json,
                   body: '{"to":"{to}","text":"{text}"}', headers: [ "X-Token: {password}" ], basic-auth: true,
                   confirmation: queued, account: "7", password-file: sms.secret, from: Example, ca: sms.pem }
            syslog: { facility: authpriv, enterprise: 32473 }
            """

        @Test func aPairIsReadWithItsDatabase() throws {
            let text = Self.text.replacing(
                "store: sqlite", with: "store: { postgres: \"host=db.example.com dbname=e911d\" }\npair: [ b, a ]")
            let reading = DaemonFile.read(text: text)
            #expect(reading.problems == [])
            let daemon = try #require(reading.value)
            #expect(daemon.pair == ["b", "a"])
            #expect(daemon.nodeConfiguration().pair == PairConfiguration(nodes: ["b", "a"]))
            #expect(DaemonFile.read(text: Self.text).value?.nodeConfiguration().pair == nil)
        }

        @Test func everyKeyIsRead() throws {
            let reading = DaemonFile.read(text: Self.text)
            #expect(reading.problems == [])
            let daemon = try #require(reading.value)
            var expected = DaemonConfiguration(
                node: "a", state: "/var/lib/e911d",
                listeners: [
                    .init(transport: .udp, endpoint: try #require(Endpoint("192.0.2.20:5060"))),
                    .init(transport: .tcp, endpoint: try #require(Endpoint("192.0.2.20:5060"))),
                    .init(transport: .udp, endpoint: try #require(Endpoint("[2001:db8::20]:5060"))),
                    .init(
                        transport: .tls, endpoint: try #require(Endpoint("192.0.2.20:5061")),
                        tls: .init(certificate: "/etc/e911d/sip.pem", key: "/etc/e911d/sip.key")),
                ])
            expected.listeners[3].clientCertificate = .optional
            expected.tls.authorities = "/etc/e911d/roots.pem"
            expected.tls.client = .init(certificate: "/etc/e911d/client.pem", key: "/etc/e911d/client.key")
            expected.tls.handshake = .seconds(5)
            expected.answerDeadline = .milliseconds(20)
            expected.console = .init(
                endpoint: try #require(Endpoint("127.0.0.1:8443")),
                tls: .init(certificate: "/etc/e911d/web.pem", key: "/etc/e911d/web.key"))
            expected.smtp = .init(
                url: "smtp://mail.example.com:587", startTLS: .required, username: "e911d",
                passwordFile: "/etc/e911d/smtp.secret", from: "e911d@example.com")
            expected.webhook.secretFile = "/etc/e911d/hook.secret"
            expected.webhook.authorities = "/etc/e911d/hooks.pem"
            var template = DaemonConfiguration.SMS.Template(
                url: "https://sms.example.com/{account}", body: #"{"to":"{to}","text":"{text}"}"#)
            template.contentType = "application/json"
            template.headers = ["X-Token: {password}"]
            template.basicAuthentication = true
            template.confirmation = "queued"
            var sms = DaemonConfiguration.SMS(provider: .custom)
            (sms.template, sms.account, sms.from) = (template, "7", "Example")
            (sms.passwordFile, sms.authorities) = ("/etc/e911d/sms.secret", "/etc/e911d/sms.pem")
            expected.sms = sms
            expected.syslog.facility = .authpriv
            expected.log.format = .json
            expected.keepAlive = .seconds(90)
            expected.dns.servers = [try #require(Endpoint("192.0.2.53:53"))]
            #expect(daemon == expected)
            let node = daemon.nodeConfiguration(software: "e911d/1")
            #expect(node.node == "a")
            #expect(node.listeners.count == 4)
            #expect(node.streamBodyOctets == 16 << 20)
        }

        @Test func theChannelsFollowFromWhatIsConfigured() throws {
            let listen = "node: a\nstate: s\nlisten: [{transport: tcp, address: 127.0.0.1}]\n"
            let bare = try #require(DaemonFile.read(text: listen).value)
            #expect(bare.nodeConfiguration().channels == [.webhook, .syslog])
            let all = try #require(DaemonFile.read(text: Self.text).value)
            #expect(all.nodeConfiguration().channels == [.screenPop, .email, .sms, .webhook, .syslog])
        }

        @Test(arguments: [
            ("sms: { account: x }", "sms.provider: is missing"),
            ("sms: { provider: pigeon }", "'pigeon' is not a choice here"),
            ("sms: { provider: twilio, account: AC1, from: \"+13125550100\" }", "twilio wants a password"),
            ("sms: { provider: vonage, password-file: p, from: X }", "vonage wants an account"),
            ("sms: { provider: messagebird, password-file: p }", "who the message comes from"),
            ("sms: { provider: messagebird, password-file: p, from: X, url: \"https://x\" }", "which has its own"),
            ("sms: { provider: custom, url: \"ftp://x\", body: \"{to}\" }", "is not a web address"),
            ("sms: { provider: custom, url: \"https://x\" }", "sms.body: is missing"),
            ("sms: { provider: custom, url: \"http://x\", body: \"{to} {text}\" }", "in the clear"),
            ("syslog: { facility: local9 }", "'local9' is not a choice here"),
            ("syslog: { enterprise: 0 }", "1 to 4294967295"),
        ])
        func aChannelThatCannotWorkSaysWhy(_ keys: String, _ wanted: String) {
            let listen = "node: a\nstate: s\nlisten: [{transport: tcp, address: 127.0.0.1}]\n"
            let problems = DaemonFile.read(text: listen + keys + "\n").problems
            #expect(problems.count == 1 && "\(problems)".contains(wanted), "\(problems)")
        }

        @Test func theRoomForWaitingBodiesIsASetting() throws {
            let listen = "node: a\nstate: s\nlisten: [{transport: tcp, address: 127.0.0.1}]\n"
            let daemon = try #require(
                DaemonFile.read(text: listen + "limits: { waiting-body-octets: 2097152 }\n").value)
            #expect(daemon.nodeConfiguration().waitingBodyOctets == 2 << 20)
            #expect(DaemonFile.read(text: listen).value?.nodeConfiguration().waitingBodyOctets == 64 << 20)
            #expect(DaemonFile.read(text: listen + "limits: { waiting-body-octets: 1000 }\n").problems.count == 1)
        }

        @Test func everyLimitReachesWhoKeepsIt() throws {
            let text = """
                node: a
                state: s
                listen: [{transport: tcp, address: 127.0.0.1}]
                limits: { header-octets: 9000, header-lines: 65, transactions: 1001, connections: 17,
                  call-server-connections: 18, message-timeout: 2s, idle-timeout: 1h, untrusted-body-octets: 4097,
                  untrusted-calls-per-second: 3, evidence: 5000 }

                """
            let (daemon, problems) = (DaemonFile.read(text: text).value, DaemonFile.read(text: text).problems)
            #expect(problems == [])
            let limits = try #require(daemon?.limits)
            #expect(limits.connections == 17 && limits.callServerConnections == 18)
            let node = try #require(daemon?.nodeConfiguration())
            #expect(node.headerOctets == 9000 && node.headerLines == 65 && node.transactions == 1001)
            #expect(node.streamMessageTimeout == .seconds(2) && node.streamIdleTimeout == .seconds(3600))
            #expect(node.untrustedBodyOctets == 4097 && node.untrustedCallsPerSecond == 3)
            #expect(node.evidenceRows == 5000)
        }

        @Test(arguments: [
            ("header-octets: 8191", "8192 to 1048576"), ("header-lines: 63", "64 to 4096"),
            ("transactions: 10", "1000 to 1000000"), ("connections: 0", "16 to 1000000"),
            ("call-server-connections: -1", "16 to 1000000"), ("message-timeout: 0", "1s to 1h"),
            ("idle-timeout: 48h", "10s to 24h"), ("untrusted-body-octets: x", "4096 to 16777216"),
            ("untrusted-calls-per-second: 0", "1 to 10000"), ("evidence: 10", "1000 to 2000000"),
        ])
        func aLimitOutOfRangeSaysWhatWouldBeRight(limit: String, range: String) throws {
            let listen = "node: a\nstate: s\nlisten: [{transport: tcp, address: 127.0.0.1}]\n"
            let problems = DaemonFile.read(text: listen + "limits: { \(limit) }\n").problems
            #expect(problems.count == 1)
            #expect("\(problems)".contains(range), "\(problems)")
        }

        @Test func keepAlivesAreASetting() throws {
            let listen = "node: a\nstate: s\nlisten: [{transport: tcp, address: 127.0.0.1}]\n"
            let daemon = try #require(
                DaemonFile.read(
                    text: listen + "keep-alive: 2min\nlimits: { stream-octets-waiting: 131072 }\n"
                ).value)
            #expect(daemon.nodeConfiguration().keepAlive == .seconds(120))
            #expect(daemon.limits.streamOctetsWaiting == 131_072)
            #expect(DaemonFile.read(text: listen).value?.nodeConfiguration().keepAlive == .seconds(100))
            let never = try #require(DaemonFile.read(text: listen + "keep-alive: 0\n").value)
            #expect(never.nodeConfiguration().keepAlive == nil)
            #expect(
                DaemonFile.read(text: listen + "keep-alive: 5\n").problems.map(\.short) == [
                    "4:13: keep-alive: 5s is too often (10s to 1h, or 0 for never)"
                ])
        }

        @Test func theServersOfDNSAreASetting() throws {
            let text = "node: a\nstate: s\nlisten: [{transport: tcp, address: 127.0.0.1}]\n"
            let daemon = try #require(
                DaemonFile.read(
                    text: text
                        + "dns: { servers: [ 192.0.2.53, \"127.0.0.1:5353\", \"[2001:db8::1]:54\" ], timeout: 3s, failover: 2s }\n"
                ).value)
            #expect(daemon.dns.servers.map(\.description) == ["192.0.2.53:53", "127.0.0.1:5353", "[2001:db8::1]:54"])
            #expect(daemon.dns.timeout == .seconds(3) && daemon.nodeConfiguration().hopTimeout == .seconds(2))
            #expect(DaemonFile.read(text: text).value?.dns == .init())
            for (dns, problem) in [
                (
                    "servers: [ ns.example.com ]",
                    "4:19: dns.servers[0]: 'ns.example.com' is not an IP address, with a port"
                ),
                ("servers: [ \"192.0.2.53:0\" ]", "4:19: dns.servers[0]: '192.0.2.53:0' is not an IP address, with a"),
                ("timeout: 30", "4:17: dns.timeout: 30s is out of range"),
                ("server: [ 192.0.2.53 ]", "4:8: dns.server: is not a key"),
                (
                    "servers: [ \((1...9).map { "192.0.2.\($0)" }.joined(separator: ", ")) ]",
                    "4:17: dns.servers: has 9 servers, more than are asked"
                ),
            ] {
                let said = DaemonFile.read(text: text + "dns: { \(dns) }\n").problems.map(\.description)
                #expect(said.count == 1 && said.first?.contains(problem) == true, "\(said)")
            }
        }

        @Test func whatIsLeftOutHasItsDefault() throws {
            let daemon = try #require(
                DaemonFile.read(text: "node: a\nstate: s\nlisten: [{transport: tcp, address: 127.0.0.1}]\n").value)
            #expect(daemon.state == "/etc/e911d/s")
            #expect(daemon.listeners[0].endpoint.port == 5060)
            #expect(daemon.answerDeadline == .milliseconds(20))
            #expect(daemon.console == nil)
            #expect(daemon.smtp == nil)
            #expect(daemon.tls == .init())
            #expect(daemon.log == .init())
            #expect(daemon.limits == .init())
        }

        @Test(arguments: [
            ("answer-deadline: 250ms", 250), ("answer-deadline: 1", 1000), ("answer-deadline: 0.5", 500),
            ("answer-deadline: '0.25 s'", 250), ("answer-deadline: 1s", 1000),
        ])
        func durationsAreSecondsUnlessTheyHaveAUnit(line: String, milliseconds: Int) throws {
            let text = Self.text.replacing("answer-deadline: 20ms", with: line)
            #expect(DaemonFile.read(text: text).value?.answerDeadline == .milliseconds(milliseconds))
        }

        @Test(arguments: faults)
        func everyErrorIsPlaced(fault: Fault) throws {
            try fault.check(in: Self.text) { DaemonFile.read(octets: $0, file: "/etc/e911d/e911d.yaml") }
        }

        static let faults: [Fault] = [
            // Keys
            Fault("node: a", "▸nod: a", "nod: is not a key of this file (did you mean 'node'?)"),
            Fault("log: {", "log: { ▸colour: red, ", "log.colour: is not a key of log (known: level, format)"),
            Fault(
                "answer-deadline", "▸answer_deadline",
                "answer_deadline: is not a key of this file (did you mean 'answer-deadline'?)"),
            Fault("node: a", "node: a\n▸node: b", "node: stands twice, first in line 1 (each key once)"),
            Fault(
                "log: { level: info, ", "log: { level: info, 'format': text, ▸level: debug, ▸level: trace, ▸",
                "log.level: stands twice, first in line 14 (each key once)",
                "log.level: stands twice, first in line 14 (each key once)",
                "log.format: stands twice, first in line 14 (each key once)"),
            Fault("node: a", "node: a\n▸[x]: b", "a key that is no text (a name, for example port)"),
            // Values
            Fault("node: a", "node: ▸[a]", "node: a list where the name of a node is wanted (for example a)"),
            Fault("node: a", "▸node:", "node: has no value (the name of a node, for example a, or leave the key out)"),
            Fault("node: a", "node: ▸a/b", "node: 'a/b' is not the name of a node (for example a)"),
            Fault(
                "node: a", "node: ▸!!int 5", "node: the tag tag:yaml.org,2002:int is not read here (the value alone)"),
            Fault("state: /var/lib/e911d", "state: ▸''", "state: is empty (a folder, for example /var/lib/e911d)"),
            Fault("store: sqlite", "store: ▸mysql", "store: 'mysql' is not a choice here (one of sqlite)"),
            Fault(
                "store: sqlite", "store: ▸postgres",
                "store: postgres alone does not say where ({ postgres: \"host=db.example.com dbname=e911d\" })"),
            Fault(
                "store: sqlite", "store: { postgres: ▸'' }",
                "store.postgres: is empty (a connection string, for example \"host=db.example.com dbname=e911d\")"),
            Fault(
                "store: sqlite", "store: ▸{}",
                "store.postgres: is missing (for example postgres: \"host=db.example.com dbname=e911d\")"),
            Fault(
                "store: sqlite", "store: { postgres: x, ▸pasword: y }",
                "store.pasword: is not a key of store (known: postgres)"),
            Fault(
                "store: sqlite", "store: { postgres: ▸[s3cret] }",
                "store.postgres: a list where a connection string is wanted (for example \"host=db.example.com dbname=e911d\")"
            ),
            Fault(
                "store: sqlite", "pair: ▸[ a, b ]",
                "pair: two nodes need a database that both reach (store: { postgres: \"host=db.example.com "
                    + "dbname=e911d\" })"),
            Fault(
                "store: sqlite", "store: { postgres: x }\npair: ▸[ b, c ]",
                "pair: does not have this node, a ([ a, b ], the same on both)"),
            Fault(
                "store: sqlite", "store: { postgres: x }\npair: ▸[ a, a ]",
                "pair: is not a list of two different nodes ([ a, b ], the same on both)"),
            Fault(
                "store: sqlite", "store: { postgres: x }\npair: ▸[ a, b, c ]",
                "pair: is not a list of two different nodes ([ a, b ], the same on both)"),
            Fault(
                "store: sqlite", "store: { postgres: x }\npair: [ a, ▸\"b c\" ]",
                "pair[1]: 'b c' is not the name of a node (for example a)"),
            Fault(
                "store: sqlite", "store: { postgres: x }\npair: ▸a",
                "pair: 'a' where a list is wanted ([ a, b ], or an entry a line with a dash before it)"),
            Fault("20ms", "▸2s", "answer-deadline: 2s is out of range (1ms to 1s)"),
            Fault(
                "20ms", "▸20 parsecs",
                "answer-deadline: '20 parsecs' is not a duration (for example 250ms, 15s, 24h or plain seconds)"),
            Fault(
                "20ms", "▸-1",
                "answer-deadline: '-1' is not a duration (for example 250ms, 15s, 24h or plain "
                    + "seconds)"),
            Fault(
                "level: info", "level: ▸loud",
                "log.level: 'loud' is not a choice here (one of trace, debug, info, notice, warning, error, critical)"),
            Fault(
                "message-octets: 65535", "message-octets: ▸65536",
                "limits.message-octets: 65536 is out of range (16384 to 65535; a NOTIFY body of 14336 octets must "
                    + "arrive by UDP)"
            ),
            Fault(
                "tcp-body-octets: 16777216", "tcp-body-octets: ▸67108865",
                "limits.tcp-body-octets: 67108865 is out of range (524288 to 67108864; a NOTIFY body of 500000 octets "
                    + "must arrive, and none of more than 64 MB is read)"),
            Fault(
                "message-octets: 65535", "message-octets: ▸64k",
                "limits.message-octets: '64k' is not a number of octets (a whole number from 16384 to 65535)"),
            Fault(
                "connections-per-source: 64", "connections-per-source: ▸0",
                "limits.connections-per-source: 0 is out of range (1 to 65535)"),
            Fault(
                "limits: {", "limits: ▸[ 1 ] #{",
                "limits: a list where a mapping of keys is wanted (key: value, each in a line of its own)"),
            // Listeners
            Fault(
                "\"2001:db8::20\" }", "\"2001:db8::20\", port: ▸\"sip\" }",
                "listen[2].port: 'sip' is not a port (a whole number from 1 to 65535)"),
            Fault(
                "\"2001:db8::20\" }", "\"2001:db8::20\", port: ▸0 }", "listen[2].port: 0 is out of range (1 to 65535)"),
            Fault(
                "\"2001:db8::20\"", "▸sip.example.com",
                "listen[2].address: 'sip.example.com' is not an IP address (for example 192.0.2.10)"),
            Fault(
                "\"2001:db8::20\"", "▸0.0.0.0",
                "listen[2].address: 0.0.0.0 is no address that a SIP Server could answer to (an address of this "
                    + "machine, one entry for each)"
            ),
            Fault(
                "{ transport: udp, address: \"2001:db8::20\" }", "▸{ transport: udp }",
                "listen[2].address: is missing (for example address: 192.0.2.20)"),
            Fault(
                "{ transport: udp, address: \"2001:db8::20\" }", "▸{ transport: tcp, address: 192.0.2.20 }",
                "listen[2]: is the same as listen[1] (each address once)"),
            Fault(
                "{ transport: udp, address: \"2001:db8::20\" }", "{ transport: ▸sctp, address: 192.0.2.20 }",
                "listen[2].transport: 'sctp' is not a choice here (one of udp, tcp, tls)"),
            Fault(
                "{ transport: udp, address: \"2001:db8::20\" }", "▸{ transport: tls, address: 192.0.2.22 }",
                "listen[2]: TLS without certificate and key (certificate: and key:, two PEM files)"),
            Fault(
                "{ transport: udp, address: \"2001:db8::20\" }",
                "▸{ transport: tcp, address: 192.0.2.21, client-certificate: none }",
                "listen[2]: certificate, key and client-certificate are for transport tls (transport: tls, or none of "
                    + "them)"
            ),
            Fault(
                "client-certificate: optional", "client-certificate: ▸maybe",
                "listen[3].client-certificate: 'maybe' is not a choice here (one of none, optional, required)"),
            Fault(
                "tls: { ca: roots.pem, certificate: client.pem, key: client.key, handshake: 5s }",
                "tls: ▸{ certificate: client.pem }", "tls: has one of certificate and key (both, two PEM files)"),
            Fault(
                "handshake: 5s", "handshake: ▸2min", "tls.handshake: 120s is out of range (1s to 60s)"),
            Fault(
                "{ transport: udp, address: \"2001:db8::20\" }",
                "▸{ transport: udp, address: 192.0.2.21, certificate: a.pem, key: a.key }",
                "listen[2]: certificate, key and client-certificate are for transport tls (transport: tls, or none of "
                    + "them)"),
            Fault(
                "{ transport: udp, address: \"2001:db8::20\" }", "▸sip",
                "listen[2]: 'sip' where a mapping of keys is wanted (key: value, each in a line of its own)"),
            Fault(
                "console: { address: 127.0.0.1, port: 8443, certificate: web.pem, key: web.key }",
                "console: ▸{ address: 127.0.0.1, port: 8443, certificate: web.pem }",
                "console: has one of certificate and key (both, two PEM files)"),
            // Mail
            Fault(
                "\"smtp://mail.example.com:587\"", "▸mail.example.com",
                "smtp.url: 'mail.example.com' is not the address of a mail server (for example "
                    + "smtp://mail.example.com:587)"
            ),
            Fault(
                "\"smtp://mail.example.com:587\"", "▸smtp://mail.example.com:0",
                "smtp.url: 'smtp://mail.example.com:0' is not the address of a mail server (for example "
                    + "smtp://mail.example.com:587)"
            ),
            Fault(
                "\"e911d@example.com\"", "▸e911d",
                "smtp.from: 'e911d' is not a mail address (for example e911d@example.com)"),
            Fault(
                "smtp: { url: \"smtp://mail.example.com:587\", starttls: required, username: e911d, password-file: "
                    + "smtp.secret,",
                "smtp: ▸{ url: \"smtp://mail.example.com:587\", starttls: off, username: e911d, password-file: "
                    + "smtp.secret,",
                "warning: smtp: the password would go over the network in the clear (starttls: required)"),
            Fault(
                "smtp: { url: \"smtp://mail.example.com:587\", starttls: required, username: e911d,",
                "smtp: ▸{ url: \"smtp://mail.example.com:587\",",
                "smtp: has one of username and password-file (both, or neither)"),
            Fault(
                "starttls: required", "starttls: ▸yes",
                "smtp.starttls: 'yes' is not a choice here (one of required, optional, off)"),
        ]

        @Test func severalErrorsAreAllToldInTheOrderOfTheFile() {
            let reading = DaemonFile.read(
                text: "nodde: a\nlisten: [ { transport: udp, adress: 192.0.2.20 } ]\nlog: { level: loud }\n")
            #expect(
                reading.problems.map(\.short) == [
                    "1:1: nodde: is not a key of this file (did you mean 'node'?)",
                    "1:1: state: is missing (for example state: /var/lib/e911d)",
                    "2:29: listen[0].adress: is not a key of listen[0] (did you mean 'address'?)",
                    "3:15: log.level: 'loud' is not a choice here (one of trace, debug, info, notice, warning, error, "
                        + "critical)",
                ])
        }

        @Test(arguments: [
            ("", "1:1: the file is empty (see the annotated examples)"),
            ("# nothing\n", "1:1: the file is empty (see the annotated examples)"),
            ("- a\n", "1:1: a list where a mapping of keys is wanted (key: value, each in a line of its own)"),
            (
                "node: a\nlisten: [ a, b\nlog: c\n",
                "3:4: did not find expected ',' or ']', while parsing a flow sequence of line 2 "
                    + "(commas between the entries, and ] behind the last)"
            ),
            (
                "node: a: b\n",
                "1:8: mapping values are not allowed in this context (a text with a colon in it stands in quotes; "
                    + "keys of one mapping begin in the same column)"
            ),
            (
                "log:\n\tlevel: info\n",
                "2:1: found character that cannot start any token, while scanning for the next token of line 2 "
                    + "(indent with blanks, not tabs; a text that begins with @, ` or % stands in quotes)"
            ),
            (
                "node: \"a\nstate: b\n",
                "3:1: found unexpected end of stream, while scanning a quoted scalar of line 1 (close the quotes)"
            ),
            (
                "node: \"\\d\"\n",
                "1:8: found unknown escape character, while parsing a quoted scalar of line 1 (a backslash in double "
                    + "quotes begins an escape; a regular expression stands in single quotes)"
            ),
            ("node: *a\n", "1:7: found undefined alias (a text that begins with * stands in quotes)"),
            (
                "node: a\n---\nnode: b\n",
                "2:1: but found another document, expected a single document in the stream of line 1 "
                    + "(one document in a file, without a second ---)"
            ),
            (
                "node: a\nstate: \u{7}\n",
                "2:8: the character U+0007 cannot stand in YAML (remove it, or write it as an escape in double quotes)"
            ),
        ])
        func whatIsNoYAMLIsPlacedToo(text: String, says: String) {
            #expect(DaemonFile.read(text: text).problems.map(\.short) == [says])
        }

        @Test func octetsThatAreNoUTF8ArePlaced() {
            let octets = Array("node: \u{e4}\nstate: ".utf8) + [0xe4, 10]
            #expect(
                DaemonFile.read(octets: octets, file: "e911d.yaml").problems.map(\.description) == [
                    "e911d.yaml:2:8: this is not UTF-8 text (save the file as UTF-8)"
                ])
        }

        @Test func aMissingFileIsTold() {
            #expect(
                DaemonFile.read("/nowhere/e911d.yaml").problems.map(\.description) == [
                    "/nowhere/e911d.yaml:1:1: there is no such file, or it cannot be read "
                        + "(the path of a file that this user may read)"
                ])
            #expect(DaemonFile.read("/").value == nil)
        }

        @Test func filesThatAreNotThereAreTold() {
            let files = FileAccess(exists: { $0 != "/etc/e911d/smtp.secret" }, contents: { _ in nil })
            let reading = DaemonFile.read(
                text: Self.text + "\n", files: files)
            #expect(
                reading.problems.map(\.short) == [
                    "12:97: smtp.password-file: there is no file /etc/e911d/smtp.secret "
                        + "(a file; relative names begin at the folder of this one)"
                ])
        }

        @Test func aKeyThatEverybodyMayReadIsTold() {
            let files = FileAccess(
                exists: { _ in true }, contents: { _ in nil }, isPublic: { $0 == "/etc/e911d/sip.key" })
            #expect(
                DaemonFile.read(text: Self.text, files: files).problems.map(\.short) == [
                    "7:71: warning: listen[3].key: everybody may read /etc/e911d/sip.key (chmod 600, with the daemon's "
                        + "user as its owner)"
                ])
        }

        @Test func settingsOfTLSWithoutAListenerAreTold() {
            #expect(
                DaemonFile.read(
                    text:
                        "node: a\nstate: s\nlisten: [ { transport: tcp, address: 192.0.2.20 } ]\ntls: { handshake: 3 }\n"
                ).problems.map(\.short) == [
                    "4:6: warning: tls: no listener has transport tls, so none of this is used (an entry of listen with "
                        + "transport: tls)"
                ])
        }

        @Test func quotesChangeNothing() throws {
            let text = Self.text.replacing("port: 5060 }", with: "port: \"5060\" }").replacing("a\n", with: "'a'\n")
            #expect(DaemonFile.read(text: text) == DaemonFile.read(text: Self.text))
        }

        @Test func aByteOrderMarkAndOtherLineEndsAreTaken() throws {
            let text = "\u{feff}" + Self.text.replacing("\n", with: "\r\n") + "\r\npairs: x\r\n"
            #expect(
                DaemonFile.read(text: text).problems.map(\.short) == [
                    "23:1: pairs: is not a key of this file (did you mean 'pair'?)"
                ])
        }

        @Test func aStatePathTooLongForASocketIsRefused() {
            let text = Self.text.replacing("/var/lib/e911d", with: "/" + String(repeating: "x", count: 90))
            #expect(DaemonFile.read(text: text).problems.map(\.path) == ["state"])
        }
    }
#endif
