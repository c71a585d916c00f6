#if Daemon
    import E911Configuration
    import E911Service
    import E911Values
    import Locations
    import SIPCore
    import Testing

    @Suite struct SiteFileTests {
        /// A name has the port and the transport that it is given, and no other.
        @Test(arguments: [
            ("{ address: SIP.example.com. }", "{ address: sip.example.com }"),
            ("{ address: sip.example.com, transport: tls }", nil),
            ("{ address: sip.example.com, port: 5070 }", "{ address: sip.example.com, port: 5070, transport: udp }"),
            (
                "{ address: \"2001:db8::1\", transport: tls }",
                "{ address: \"2001:db8::1\", port: 5061, transport: tls }"
            ),
        ])
        func membersMayBeNamed(_ member: String, _ written: String?) throws {
            let text = Self.text.replacing("{ address: 192.0.2.10, port: 5060, transport: tcp }", with: member)
            let reading = SiteFile.read(text: text)
            #expect(reading.problems.allSatisfy { $0.severity == .warning }, "\(reading.problems)")
            let site = try #require(reading.value)
            #expect(SiteFile.write(site).contains("- \(written ?? member)\n"), "\(SiteFile.write(site))")
            #expect(SiteFile.read(text: SiteFile.write(site)).value == site)
        }

        @Test func everyKeyIsRead() throws {
            let reading = SiteFile.read(text: Self.text)
            #expect(reading.problems.map(\.description) == [])
            let site = try #require(reading.value)
            #expect(site.name == "Example Corporation")
            #expect(site.timeZone == "America/Chicago")
            #expect(site.defaultCallServer == "main")
            #expect(site.declared)
            #expect(site.evidenceFreshness == 43_200)
            #expect(
                site.offPremises
                    == OffPremisesConfiguration(
                        networks: [try #require(IPPrefix("10.200.0.0/16"))], publicAddresses: false, location: "remote")
            )
            let main = try #require(site.callServers.first)
            var expected = CallServerConfiguration(
                name: "main", profile: "genesys",
                members: [
                    .init(address: IPAddress(v4: 0xc000_020a), port: 5060, transport: .tcp),
                    .init(address: IPAddress(v4: 0xc000_020b), port: 5062, transport: .udp),
                ], defaultLocation: "hq", defaultELIN: try #require(TelephoneNumber("+13125550100")))
            expected.onsiteNotification = true
            expected.trusted = [try #require(IPPrefix("192.0.2.0/28"))]
            expected.username = "7911"
            expected.ownPrefix = "911"
            expected.testUsername = "7933"
            expected.emergencyNumbers = ["911", "9911", "112"]
            expected.testNumbers = ["933"]
            expected.testELIN = TelephoneNumber("+13125550199")
            expected.pool = "downtown"
            expected.elinTimeout = 1200
            expected.fallbackTargets = ["sip:7911@198.51.100.5:5060"]
            expected.alertEscalation = ["desk", "everybody"]
            expected.subscription.expires = 3600
            expected.subscription.quiet = 15
            expected.subscription.download = .daily(minutes: [180, 930])
            expected.subscription.strictVersions = true
            expected.subscription.username = "e911d"
            expected.subscription.passwordFile = "/etc/e911d/sip.secret"
            expected.caller = [.assertedIdentity, .from]
            var cluster = ClusterChoices()
            cluster.check = 5
            cluster.misses = 2
            cluster.holdDown = 60
            cluster.switchBack = true
            expected.cluster = cluster
            expected.subscription.pace = 200
            expected.callerRules = [CallerRule(match: #"^\+?1?312555(\d{4})$"#, dn: "$1")]
            expected.callerDevice = [.contact, .bottomVia, .header("X-Device")]
            expected.ambiguous = .defaultELIN
            expected.deviceIP = [.received, .path]
            expected.deviceMAC = [.userAgent, .instance]
            expected.userAgentPattern = "([0-9a-f]{12})$"
            expected.redirect = .header("X-ELIN")
            expected.numberForm = .tenDigits
            expected.filters.mode = .include
            expected.filters.rows = [.init(ip: #"^10\.9\."#, username: "^9", mac: "^00:11"), .init(ip: "^10")]
            expected.refuseUntrusted = true
            expected.alertFallback = ["security"]
            #expect(main == expected)
            #expect(site.callServers[1].subscription.target == .addressesOfRecord)
            #expect(site.callServers[1].subscription.aors == ["sip:2001@example.com"])
            #expect(site.callServers[1].subscription.learn == 50)
            #expect(!site.callServers[1].enabled)
            #expect(
                site.pools.map { $0.numbers.map(\.description) } == [["+13125550110", "+13125550120-+13125550139"]])
            #expect(site.pools.map(\.ali) == [.perCall])
            #expect(site.locations.map(\.id) == ["hq", "hq-2", "hq-2-east", "hq-3", "remote"])
            #expect(site.locations.map(\.isOffPremises) == [false, false, false, false, true])
            #expect(site.locations.map(\.contacts) == [[], [], ["security"], [], []])
            #expect(
                site.locations[0].validation
                    == Validation(state: .valid, who: "Ann", when: WallTime("2026-11-24T12:43:34Z")))
            #expect(site.locations[4].validation == Validation() && site.locations[1].validation == nil)
            #expect(site.locations.map(\.parent) == [nil, "hq", "hq-2", "hq", nil])
            #expect(
                site.locations.map(\.name) == ["Headquarters", "hq-2", "2nd floor east", "3rd floor", "Off premises"])
            #expect(site.locations.map(\.usesPool) == [false, false, false, true, false])
            #expect(site.locations[0].address.map { "\($0.name)=\($0.value)" } == ["country=US", "A1=IL", "HNO=100"])
            #expect(site.locations[0].elins.map(\.description) == ["+13125550101", "+13125550102"])
            #expect(site.locations[0].securityDesk == "1000")
            #expect(
                site.rules.map(\.condition) == [
                    .deviceMAC(MACAddress(bits: 0x11_2233_4455)), .deviceDN("2001"), .deviceInstance("urn:uuid:1"),
                    .bssid("aa:bb:cc:dd:ee:*"), .port(switch: "sw-2", port: "Gi1/0/7"),
                    .prefix(try #require(IPPrefix("10.1.2.0/24"))), .prefix(try #require(IPPrefix("2001:db8::/32"))),
                ])
            #expect(
                site.recipients == [
                    .init(name: "security", email: "security@example.com", sms: "3125550150", screenPop: true),
                    .init(name: "desk", webhook: "slack+https://example.com/alerts", syslog: "tcp://192.0.2.9:601"),
                    .init(name: "everybody", members: ["security", "desk"]),
                ])
            #expect(site.reminders == .init(every: 120, times: 5, escalateAt: 3))
            #expect(site.callServers.map(\.alertEscalation) == [["desk", "everybody"], nil])
            #expect(
                site.alerts == [
                    .init(
                        location: "hq", callServer: "main", to: ["security"], channels: ["screen-pop", "email"],
                        hours: "always"),
                    .init(to: ["desk"], acknowledge: .all),
                ])
            #expect(
                site.alertTexts
                    == .init(
                        emailSubject: "{title}: {caller} at {place}", emailText: "{notes} Call {callback}. {link}",
                        sms: "{title} {caller_dn} {place}"))
        }

        @Test func whatIsLeftOutHasTheProfilesDefault() throws {
            let text = """
                site: { name: a, time-zone: UTC }
                call-servers:
                  - { name: main, members: [ { address: 192.0.2.10, transport: tls, domain: SIP.example.com } ], username: "7911",
                      default-location: hq, default-elin: "+13125550100", onsite-notification: false }
                  - { name: other, profile: rfc3680, members: [ { address: 192.0.2.11 } ], username: "7911",
                      default-location: hq, default-elin: "+13125550100", onsite-notification: false }
                locations: [ { id: hq } ]
                """
            let two = SiteFile.read(text: text)
            #expect(two.value == nil)
            let one = SiteFile.read(text: text.replacing("site: {", with: "site: { default-call-server: main,"))
            let site = try #require(one.value)
            #expect(site.callServers[0].members[0].port == 5061)
            #expect(site.callServers[0].members[0].domain == "sip.example.com")
            #expect(site.callServers[1].members[0].port == 5060)
            #expect(site.callServers[1].members[0].transport == .udp)
            #expect(site.callServers.map(\.profile) == ["genesys", "rfc3680"])
            #expect(site.callServers.map(\.subscription.target) == [.server, .addressesOfRecord])
            #expect(site.callServers[0].emergencyNumbers == ["911", "9911", "112"])
            #expect(site.callServers[0].subscription == SubscriptionChoices())
            #expect(site.locations == [LocationConfiguration(id: "hq", name: "hq")])
        }

        @Test func theOnlyCallServerIsTheDefault() throws {
            let text = """
                site: { name: a, time-zone: UTC }
                call-servers: [ { name: main, members: [ { address: 192.0.2.10 } ], username: "7911",
                  default-location: hq, default-elin: "+13125550100", onsite-notification: false } ]
                locations: [ { id: hq } ]
                """
            #expect(SiteFile.read(text: text).value?.defaultCallServer == "main")
        }

        /// What the file of a password holds, if its owner alone may read it, and what is said about it.
        @Test(
            arguments: [
                ("geheim\n", false, []), ("geheim", false, []), ("", false, ["/etc/e911d/sip.secret is empty"]),
                ("\n", false, ["/etc/e911d/sip.secret is empty"]),
                ("a\nb\n", false, ["/etc/e911d/sip.secret has more than one line"]),
                ("\u{0}\u{ff}", false, []),
                ("geheim", true, ["everybody may read /etc/e911d/sip.secret"]),
                (nil, false, ["/etc/e911d/sip.secret cannot be read here"]),
            ] as [(String?, Bool, [String])])
        func aPasswordFileIsLookedAt(_ text: String?, _ isPublic: Bool, _ said: [String]) throws {
            let files = FileAccess(
                exists: { _ in true }, contents: { _ in text.map { Array($0.utf8) } }, isPublic: { _ in isPublic })
            let reading = SiteFile.read(text: Self.text, files: files)
            let problems = reading.problems.filter { $0.description.contains("subscription.password-file") }
            #expect(problems.count == said.count)
            for (problem, words) in zip(problems, said) { #expect(problem.description.contains(words)) }
            let isError = text.map { $0.isEmpty || $0.dropLast().contains("\n") || $0 == "\n" } ?? false
            #expect((reading.value == nil) == isError)
        }

        @Test func addressesOfRecordComeFromAFileToo() throws {
            let files = FileAccess(
                exists: { _ in true },
                contents: { path in
                    path == "/etc/e911d/phones.txt"
                        ? Array("# phones\n\nsip:2002@example.com\r\n  sip:2003@example.com\n2004\n".utf8)
                        : Array("geheim".utf8)
                })
            let text = Self.text.replacing("aors: [ \"sip:2001", with: "aors-file: phones.txt, aors: [ \"sip:2001")
            let faulty = SiteFile.read(text: text, files: files)
            #expect(
                faulty.problems.map(\.description) == [
                    "/etc/e911d/phones.txt:5:1: call-servers[1].subscription.aors-file: '2004' is not an address of "
                        + "record (one AOR a line, for example sip:2001@example.com)"
                ])
            let good = FileAccess(exists: files.exists) { path in files.contents(path)?.dropLast(5) }
            let site = try #require(SiteFile.read(text: text, files: good).value)
            #expect(
                site.callServers[1].subscription.aors == ["sip:2001@example.com"]
                    && site.callServers[1].subscription.aorsFile == "/etc/e911d/phones.txt")
        }
    }
#endif
