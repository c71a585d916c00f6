#if Daemon
    import E911Configuration
    import E911Service
    import E911Values
    import Testing

    /// The sections `ali` and `location-push`.
    @Suite struct SiteALITests {
        private static let section = #"""
            ali:
              customer-name: Example Corp
              class-of-service: 2
              type-of-service: 3
              exchange: CHCG
              esn: "00123"
              county-id: "0031"
              company-id: EXMPL
              source-id: C
              main-number: 3125550100
              line-end: crlf
              csv: [ { column: Phone, field: number }, { field: street-name } ]
              push-fixed: yes
              push: { url: "https://ali.example.com/records" }
            location-push: { url: "https://example.com/elins" }

            """#

        private func read(_ text: String) -> [String] {
            SiteFile.read(text: SiteFileTests.text + text).problems.map(\.short)
                .map { String($0.drop { $0 != ":" }.dropFirst().drop { $0 != ":" }.dropFirst(2)) }
        }

        @Test func everyKeyIsReadAndWritten() throws {
            let reading = SiteFile.read(text: SiteFileTests.text + Self.section)
            #expect(reading.problems.map(\.short) == [])
            let site = try #require(reading.value)
            var ali = ALIConfiguration()
            ali.customerName = "Example Corp"
            ali.classOfService = "2"
            ali.typeOfService = "3"
            ali.exchange = "CHCG"
            ali.esn = "00123"
            ali.countyID = "0031"
            ali.companyID = "EXMPL"
            ali.sourceID = "C"
            ali.mainNumber = TelephoneNumber("+13125550100")
            ali.lineEnd = .crlf
            ali.columns = [
                ALIColumn(name: "Phone", field: .number), ALIColumn(name: "street-name", field: .streetName),
            ]
            ali.pushesFixed = true
            ali.push = WebhookConfiguration(url: "https://ali.example.com/records")
            #expect(site.ali == ali)
            #expect(site.locationPush == WebhookConfiguration(url: "https://example.com/elins"))
            #expect(SiteFile.read(text: SiteFile.write(site)).value == site)
        }

        @Test(arguments: [
            (
                "ali: { clas-of-service: 4 }",
                "ali.clas-of-service: is not a key of ali (did you mean 'class-of-service'?)"
            ),
            (
                "ali: { class-of-service: PBX }",
                "ali.class-of-service: 'PBX' does not fit (at most 1 characters of ASCII)"
            ),
            ("ali: { class-of-service: x }", "ali.class-of-service: 'x' is not one digit (NENA's code)"),
            ("ali: { esn: \"\" }", "ali.esn: is empty (a text, or leave the key out)"),
            ("ali: { csv: [ ] }", "ali.csv: has no column (at least one, or leave the key out)"),
            (
                "ali: { csv: [ { field: esn }, { column: esn, field: npa } ] }",
                "ali.csv[1].column: 'esn' stands twice (a name of its own for each column)"
            ),
            ("ali: { push-fixed: yes }", "ali.push-fixed: there is no ali.push (push: { url: … } beside it)"),
            (
                "ali: { push: { url: \"ftp://example.com\" }, push-fixed: yes }",
                "ali.push.url: 'ftp://example.com' is not a web address (for example https://ali.example.com/records)"
            ),
            ("location-push: { }", "location-push.url: is missing (for example url: https://ali.example.com/records)"),
            (
                "location-push: { url: \"http://example.com\" }",
                "warning: location-push.url: goes over the network as everybody can read it (https://…)"
            ),
            (
                "ali: { push: { url: \"https://ali.example.com/\" } }",
                "warning: ali.push: nothing is pushed: no pool has ali: push (ali: push on a pool, or push-fixed: true)"
            ),
        ])
        func whatIsWrongIsTold(_ text: String, _ wanted: String) {
            #expect(read(text + "\n") == [wanted])
        }
    }
#endif
