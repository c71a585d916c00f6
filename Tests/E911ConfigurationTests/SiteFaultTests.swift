#if Daemon
    import E911Configuration
    import E911Service
    import E911Values
    import SIPCore
    import Testing

    /// What is wrong in `site.yaml`, told with line, column and key path: what cannot be read, and what does not hold
    /// together.
    @Suite struct SiteFaultTests {
        @Test(arguments: unreadable + referring + untenable)
        func everyErrorIsPlaced(fault: Fault) throws {
            let listeners = [
                NodeConfiguration.Listener(transport: .udp, endpoint: try #require(Endpoint("192.0.2.20:5060")))
            ]
            try fault.check(in: SiteFileTests.text) {
                SiteFile.read(octets: $0, file: "/etc/e911d/site.yaml", listeners: listeners)
            }
        }

        /// What cannot be read, each kind once; the rest of the site is checked all the same.
        static let unreadable: [Fault] = [
            Fault(
                "acknowledge: all", "acknowledge: ▸everybody",
                "alerts[1].acknowledge: 'everybody' is not a choice here (one of one, all)"),
            Fault(
                "text: \"{title} {caller_dn} {place}\"", "text: ▸\"{title} {caller_dn} {plaice}\"",
                "alert-texts.sms.text: there is no placeholder '{plaice}' (did you mean 'place'?)"),
            Fault(
                "sms: { text:", "sms: { ▸body:",
                "alert-texts.sms.body: is not a key of alert-texts.sms (known: text)"),
            Fault("  name: Example", "  ▸nmae: Example", "site.nmae: is not a key of site (did you mean 'name'?)"),
            Fault("elin-pools:", "▸elin-pool:", "elin-pool: is not a key of this file (did you mean 'elin-pools'?)"),
            Fault(
                "alerts:\n", "▸recipients: []\nalerts:\n",
                "recipients: stands twice, first in line 95 (each key "
                    + "once)"),
            Fault(
                "America/Chicago", "▸America/Chcago",
                "site.time-zone: there is no time zone 'America/Chcago' (did you mean 'America/Chicago'?)"),
            Fault(
                "site:\n  name: Example Corporation\n  time-zone: America/Chicago\n  default-call-server: main",
                "▸site:\n  name: Example Corporation\n  time-zone: America/Chicago",
                "site.default-call-server: is missing (for example default-call-server: the one that untrusted sources "
                    + "are answered for)"),
            Fault(
                "profile: genesys", "profile: ▸cisco",
                "call-servers[0].profile: 'cisco' is not a choice here (one of genesys, rfc3680)"),
            Fault(
                "enabled: true", "enabled: ▸maybe",
                "call-servers[0].enabled: 'maybe' is neither true nor false (true or false)"),
            Fault(
                "port: 5060,", "port: ▸sip,",
                "call-servers[0].members[0].port: 'sip' is not a port (a whole number from 1 to 65535)"),
            Fault(
                "port: 5060,", "port: ▸65536,",
                "call-servers[0].members[0].port: 65536 is out of range (1 to 65535)"),
            Fault(
                "address: 192.0.2.10", "address: ▸192.0.2.300",
                "call-servers[0].members[0].address: '192.0.2.300' is not an IP address or a host name (for example "
                    + "192.0.2.10)"),
            Fault(
                "address: 192.0.2.10", "address: ▸sip_server!",
                "call-servers[0].members[0].address: 'sip_server!' is not an IP address or a host name (for example "
                    + "192.0.2.10)"),
            Fault(
                "members:\n      - { address: 192.0.2.10, port: 5060, transport: tcp }\n      - { address: "
                    + "192.0.2.11, port: 5062 }",
                "members: ▸192.0.2.10",
                "call-servers[0].members: '192.0.2.10' where a list is wanted ([ a, b ], or an entry a line with a "
                    + "dash "
                    + "before it)"),
            Fault(
                "192.0.2.0/28", "▸192.0.2.1/28",
                "warning: call-servers[0].trusted[0]: '192.0.2.1/28' has bits behind its prefix; it is read as "
                    + "192.0.2.0/28 (192.0.2.0/28)"),
            Fault(
                "192.0.2.0/28", "▸192.0.2.0/33",
                "call-servers[0].trusted[0]: '192.0.2.0/33' is not an IP prefix (for example 10.1.2.0/24)"),
            Fault(
                "default-elin: 3125550100", "default-elin: ▸555-0100",
                "call-servers[0].default-elin: '555-0100' is not a telephone number of 10 to 15 digits (for example "
                    + "\"+13125550101\")"),
            Fault(
                "default-elin: 3125550100", "default-elin: ▸+1234567890123456",
                "call-servers[0].default-elin: '+1234567890123456' is not a telephone number of 10 to 15 digits (for "
                    + "example \"+13125550101\")"),
            Fault(
                "username: 7911", "▸username:",
                "call-servers[0].username: has no value (the user of the Contact, for example \"7911\", or leave the "
                    + "key out)"
            ),
            Fault(
                "20min", "▸20.5",
                "call-servers[0].sip-elin-timeout: 20.5s is not a whole number of seconds (for example 15s)"),
            Fault(
                "[ 03:00,", "[ ▸24:00,",
                "call-servers[0].subscription.download[0]: '24:00' is not a time of day (for example \"03:00\")"),
            Fault(
                "download: [ 03:00, \"15:30\" ]", "download: ▸nightly",
                "call-servers[0].subscription.download: 'nightly' is not a time of day or a duration (for example "
                    + "\"03:00\" or 6h)"),
            Fault(
                "download: [ 03:00, \"15:30\" ]", "download: ▸30s",
                "call-servers[0].subscription.download: '30s' is out of range (1min to 7d, or times of the day)"),
            Fault(
                "versions: strict", "versions: ▸lax",
                "call-servers[0].subscription.versions: 'lax' is not a choice here (one of by-cseq, strict)"),
            Fault(
                "p-asserted-identity, from", "▸pai, from",
                "call-servers[0].caller[0]: 'pai' is not a choice here (one of p-asserted-identity, from)"),
            Fault(
                "bottom-via", "▸top-via",
                "call-servers[0].caller-device[1]: 'top-via' is not a choice here (one of contact, bottom-via, "
                    + "header:NAME)"
            ),
            Fault(
                "{ match: '^\\+?1?312555(\\d{4})$', dn: '$1' }", "▸{ match: '^\\+?1?312555(\\d{4})$' }",
                "call-servers[0].caller-rules[0].dn: is missing (for example dn: '$1')"),
            Fault(
                "number: ten-digits", "number: ▸ten",
                "call-servers[0].redirect.number: 'ten' is not a choice here (one of e164, ten-digits)"),
            Fault(
                "\"+13125550120-+13125550139\"", "▸\"+13125550120 to +13125550139\"",
                "elin-pools[0].numbers[1]: '+13125550120 to +13125550139' is not a telephone number or a range of them "
                    + "(for example \"+13125550120-+13125550139\")"),
            Fault(
                "{ name: downtown, numbers: [ 3125550110, \"+13125550120-+13125550139\" ], ali: per-call }",
                "▸{ name: downtown, numbers: [ 3125550110 ] }",
                "elin-pools[0].ali: is missing (for example ali: push, export or per-call)"),
            Fault(
                "A1: IL", "B1: ▸IL",
                "locations[0].address.B1: is not an element of a civic address (RFC 5139) (did you mean 'A1'?)"),
            Fault(
                "elins: [ \"+13125550103\" ]", "elins: [ ▸911 ]",
                "locations[0].children[0].children[0].elins[0]: '911' is not a telephone number of 10 to 15 digits "
                    + "(for "
                    + "example \"+13125550101\")"),
            Fault(
                "id: hq-2-east,", "id: hq-2-east, parent: ▸hq,",
                "locations[0].children[0].children[0].parent: the location stands in its parent already (parent only "
                    + "where locations are not nested)"),
            Fault(
                "{ device: { dn: 2001 }, location: hq-3 }", "▸{ location: hq-3 }",
                "rules[1]: says of nobody that he is there (one of device, bssid, switch with port, prefix)"),
            Fault(
                "{ device: { dn: 2001 }, location: hq-3 }",
                "▸{ device: { dn: 2001 }, prefix: 10.0.0.0/8, location: hq-3 }",
                "rules[1]: has more than one condition (one of device, bssid, switch with port, prefix)"),
            Fault(
                "{ dn: 2001 }", "▸{ dn: 2001, mac: \"00:11:22:33:44:56\" }",
                "rules[1].device: names no device, or in two ways (one of mac, dn, instance)"),
            Fault(
                "\"00-11-22-33-44-55\"", "▸\"00-11-22-33-44\"",
                "rules[0].device.mac: '00-11-22-33-44' is not a MAC address (for example \"00:11:22:33:44:55\")"),
            Fault(
                "{ switch: sw-2, port: \"Gi1/0/7\",", "▸{ switch: sw-2,",
                "rules[4].port: is missing (for example port: \"Gi1/0/7\")"),
            Fault(
                "10.1.2.0/24,", "▸10.1.2,", "rules[5].prefix: '10.1.2' is not an IP prefix (for example 10.1.2.0/24)"),
            Fault(
                "freshness: 12h", "freshness: ▸10s", "site.evidence.freshness: 10s is out of range (60s to 8760h)"),
            Fault(
                "2026-11-24T06:43:34-06:00", "▸2026-11-24T25:00:00Z",
                "locations[0].validation.at: '2026-11-24T25:00:00Z' is not a day or a time (for example 2026-11-24, or "
                    + "2026-11-24T06:43:34-06:00)"),
            Fault(
                "screen-pop: yes", "screen-pop: ▸2",
                "recipients[0].screen-pop: '2' is neither true nor false (true or false)"),
            Fault(
                "to: [ desk ]", "to: ▸desk",
                "alerts[1].to: 'desk' where a list is wanted ([ a, b ], or an entry a line with a dash before it)"),
        ]

        /// References to what is not there.
        static let referring: [Fault] = [
            Fault(
                "default-call-server: main", "default-call-server: ▸mian",
                "site.default-call-server: there is no call server 'mian' (did you mean 'main'?)"),
            Fault(
                "default-location: hq\n", "default-location: ▸hk\n",
                "call-servers[0].default-location: there is no location 'hk' (did you mean 'hq'?)"),
            Fault(
                "location: remote", "location: ▸remot",
                "site.off-premises.location: there is no location 'remot' (did you mean 'remote'?)"),
            Fault(
                "contacts: [ security ]", "contacts: [ ▸securty ]",
                "locations[0].children[0].children[0].contacts[0]: there is no recipient 'securty' (did you mean "
                    + "'security'?)"),
            Fault(
                "elin-pool: downtown", "elin-pool: ▸uptown",
                "call-servers[0].elin-pool: there is no ELIN pool 'uptown' (known: downtown)"),
            Fault(
                "alert-fallback: [ security ]", "alert-fallback: [ security, ▸porter ]",
                "call-servers[0].alert-fallback[1]: there is no recipient 'porter' (known: security, desk, everybody)"),
            Fault(
                "10.1.2.0/24, location: hq-2-east", "10.1.2.0/24, location: ▸hq-2-west",
                "rules[5].location: there is no location 'hq-2-west' (did you mean 'hq-2-east'?)"),
            Fault(
                "{ location: hq, call-server: main,", "{ location: ▸cellar, call-server: ▸second,",
                "alerts[0].location: there is no location 'cellar' (known: hq, hq-2, hq-2-east, hq-3, remote)",
                "alerts[0].call-server: there is no call server 'second' (known: main, branch)"),
            Fault(
                "to: [ desk ]", "to: [ ▸dest ]",
                "alerts[1].to[0]: there is no recipient 'dest' (did you mean "
                    + "'desk'?)"),
            // An entry that could not be read may be the one that is named.
            Fault("{ name: desk, webhook", "▸{ webhook", "recipients[1].name: is missing (for example name: security)"),
            Fault(
                "- { id: hq-2-east, name: 2nd floor east, elins: [ \"+13125550103\" ], contacts: [ security ] }",
                "- ▸hq-2-east",
                "locations[0].children[0].children[0]: 'hq-2-east' where a mapping of keys is wanted (key: value, each "
                    + "in a line of its own)"),
        ]

        /// What can be read but does not hold together: a few of each part, since the check has its own table.
        static let untenable: [Fault] = [
            Fault(
                "username: \"7911\"\n    default", "username: ▸\"9117\"\n    default",
                "call-servers[1].username: '9117' begins with own-prefix '911', so each redirected call would come "
                    + "back "
                    + "(the prefix of the gateway's trunk, different from ours (for example 7911), or a "
                    + "fallback-target)"
            ),
            Fault(
                "address: 192.0.2.11, port: 5062", "address: ▸192.0.2.20, port: 5060",
                "call-servers[0].members[1].address: 192.0.2.20:5060 is one of our own listeners: calls would go in a "
                    + "circle (the address of the SIP Server)"),
            Fault(
                "20min", "▸2h",
                "call-servers[0].sip-elin-timeout: 7200 seconds are out of range (0 to 3600, the same value as on "
                    + "the SIP Server)"
            ),
            Fault(
                "'^00:11'", "▸'^00:11('",
                "call-servers[0].filters.rows[0].mac: '^00:11(' is no regular expression: missing closing "
                    + "parenthesis at character 8 (a Perl-compatible regular expression)"),
            // A key that is left out is told where its mapping stands.
            Fault(
                "- name: branch\n    profile: rfc3680\n    enabled: no\n    members: [ { address: \"2001:db8::10\" } "
                    + "]\n    username: \"7911\"",
                "- ▸name: branch\n    profile: rfc3680\n    enabled: no\n    members: [ { address: \"2001:db8::10\" "
                    + "} ]",
                "call-servers[1].username: '911' begins with own-prefix '911', so each redirected call would come back "
                    + "(the prefix of the gateway's trunk, different from ours (for example 7911), or a "
                    + "fallback-target)"
            ),
            Fault(
                "- name: branch", "- name: ▸main",
                "call-servers[1].name: 'main' is taken by call-servers[0] (each one needs its own name)"),
            Fault(
                "- { id: hq-3,", "- { id: hq-3 }\n      - { id: ▸hq-3,",
                "locations[0].children[2].id: 'hq-3' is taken by locations[3] (each one needs its own id)"),
        ]

        @Test func indexesCountEntriesThatCouldNotBeRead() {
            let text = SiteFileTests.text
                .replacing("- { address: 192.0.2.10, port: 5060, transport: tcp }", with: "- sip")
                .replacing("5062 }", with: "5062, domain: sip.example.com }")
                .replacing("[ 3125550101, \"312-555-0102\" ]", with: "[ x, \"312-555-0102\", \"+13125550139\" ]")
            #expect(
                SiteFile.read(text: text).problems.map(\.short) == [
                    "15:9: call-servers[0].members[0]: 'sip' where a mapping of keys is wanted (key: value, each in a "
                        + "line of its own)",
                    "16:52: warning: call-servers[0].members[1].domain: certificates are asked for with TLS alone "
                        + "(transport: tls, or no domain)",
                    "75:14: locations[0].elins[0]: 'x' is not a telephone number of 10 to 15 digits (for example "
                        + "\"+13125550101\")",
                    "75:33: locations[0].elins[2]: +13125550139 belongs to pool 'downtown' (one number has one place)",
                ])
        }

        @Test func anEmptyListIsWhatIsLeftWhenAllEntriesAreCommentedOut() throws {
            let text =
                SiteFileTests.text.replacing("[ desk, everybody ]", with: "[ security ]").prefix(through: "\nrules:")
                + "\nrecipients:\n  - { name: security, screen-pop: true }\nalerts:\n"
            let site = try #require(SiteFile.read(text: text).value)
            #expect(site.rules.isEmpty)
            #expect(site.alerts.isEmpty)
        }
    }

    extension String {
        fileprivate func prefix(through part: String) -> String {
            ranges(of: part).first.map { String(self[..<$0.upperBound]) } ?? self
        }
    }
#endif
