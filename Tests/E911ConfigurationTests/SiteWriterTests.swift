#if Daemon
    import E911Configuration
    import E911Service
    import E911Values
    import SIPCore
    import Testing

    /// Whatever is written reads back as the same site.
    @Suite struct SiteWriterTests {
        private func roundTrip(_ site: SiteConfiguration) throws {
            let text = SiteFile.write(site)
            let reading = SiteFile.read(text: text)
            #expect(reading.problems.map(\.description) == [], "\(text)")
            #expect(reading.value == site, "\(text)")
        }

        @Test func aSiteWithEveryKeyReadsBack() throws {
            try roundTrip(try #require(SiteFile.read(text: SiteFileTests.text).value))
        }

        @Test func theExampleReadsBack() throws {
            try roundTrip(try #require(SiteFile.read(Examples.path("site.yaml")).value))
        }

        @Test func theTextIsWhatOneWouldWrite() throws {
            let text = """
                site: { name: Example, time-zone: UTC, default-call-server: main }
                call-servers:
                  - name: main
                    profile: genesys
                    members:
                      - { address: "192.0.2.10", port: 5060, transport: udp }
                      - { address: "192.0.2.11", port: 5061, transport: tls, domain: sip.example.com }
                    username: "7911"
                    own-prefix: "911"
                    emergency-numbers: [ "911", "9911", "112" ]
                    test-numbers: [ "933" ]
                    default-location: hq
                    default-elin: "+13125550100"
                    sip-elin-timeout: 1200
                    alert-fallback: [ security ]
                locations:
                  - id: hq
                    name: "The \\"old\\" house"
                    children:
                      - { id: hq-2, elins: [ "+13125550101" ] }
                rules:
                  - { prefix: "10.1.0.0/16", location: hq-2 }
                recipients:
                  - { name: security, email: security@example.com }

                """
            let site = try #require(SiteFile.read(text: text).value)
            #expect(SiteFile.write(site) == text)
        }

        /// Texts that YAML, in one version or another, would take for something else.
        @Test(arguments: [
            "", " ", "a ", "yes", "No", "null", "~", "0911", "1e3", "12:30", "a: b", "a #b", "- a", "[a", "{a", "*a",
            "&a",
            "!a", "|", ">", "%a", "@a", "`a", "'", "\"", "\\", "a\nb", "a\tb", "\u{7}", "\u{0}", "\u{85}", "\u{2028}",
            "a\u{feff}b", "ä", "\u{e000}", "😀", "<<", "---", "?", "=", "a'b\"c\\d",
        ])
        func everyTextReadsBack(text: String) throws {
            var site = try #require(SiteFile.read(text: SiteFileTests.text).value)
            site.name = text
            site.locations[0].name = text
            site.callServers[0].callerRules[0].dn = text + "x"
            site.rules[1].condition = .deviceDN(text + "-2001")
            try roundTrip(site)
        }

        @Test func locationsInAnyOrderReadBack() throws {
            var site = try #require(SiteFile.read(text: SiteFileTests.text).value)
            // Parents first, but not each with its children: the file names the parents then.
            site.locations.append(LocationConfiguration(id: "annex", name: "Annex"))
            site.locations.append(LocationConfiguration(id: "hq-4", name: "4th floor", parent: "hq"))
            #expect(SiteFile.write(site).contains("parent: hq"))
            try roundTrip(site)
        }

        @Test func choicesThatAreTheProfilesAreLeftOut() throws {
            var site = try #require(SiteFile.read(text: SiteFileTests.text).value)
            site.callServers[1].subscription.target = .server
            site.callServers[1].subscription.aors = []
            site.callServers[1].subscription.learn = nil
            site.callServers[1].subscription.quiet = 0.25
            #expect(SiteFile.write(site).contains("subscription: { target: server, quiet: \"250ms\" }"))
            try roundTrip(site)
            site.callServers[1].subscription.download = .every(seconds: 21_600)
            #expect(SiteFile.write(site).contains("download: \"6h\""))
            try roundTrip(site)
            site.callServers[1].subscription.download = nil
            site.callServers[1].profile = "genesys"
            #expect(SiteFile.write(site).contains("subscription: { quiet: \"250ms\" }"))
            try roundTrip(site)
        }
    }
#endif
