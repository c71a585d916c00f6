#if Daemon
    import E911Configuration
    import E911Service
    import E911Values
    import Testing

    @Suite struct SiteDifferenceTests {
        private func site() throws -> SiteConfiguration {
            try #require(SiteFile.read(text: SiteFileTests.text).value)
        }

        @Test func aSiteDiffersFromItselfInNothing() throws {
            #expect(SiteFile.changes(from: try site(), to: try site()) == [])
        }

        @Test func withoutASiteAllOfItIsNew() throws {
            let changes = SiteFile.changes(from: nil, to: try site())
            let site = try site()
            #expect(changes.allSatisfy { $0.kind == .added })
            let lists = [
                site.callServers.count, site.pools.count, site.locations.count, site.rules.count, site.recipients.count,
                site.alerts.count,
            ]
            // And one for `site`, one for `alert-texts`.
            #expect(changes.count == lists.reduce(2, +))
        }

        @Test func eachChangeIsALine() throws {
            let old = try site()
            var new = old
            let name = new.callServers[0].name
            new.callServers[0].username = "7912"
            let id = new.locations[0].id
            new.locations[0].name = "The old house"
            new.locations[0].securityDesk = nil
            new.rules.remove(at: 0)
            new.alertTexts?.sms = "{title} at {place}"
            new.rules.append(RuleConfiguration(condition: .deviceDN("9999"), location: id))
            let lines = SiteFile.changes(from: old, to: new).map(\.description)
            #expect(lines.count == 5, "\(lines)")
            #expect(lines.contains { $0.contains("alert-texts") && $0.contains("-> '{title} at {place}'") })
            #expect(lines.contains("~ call-servers \(name): username \(old.callServers[0].username) -> 7912"))
            #expect(lines.contains { $0.hasPrefix("~ locations \(id): name ") && $0.contains("-> 'The old house'") })
            #expect(lines.contains("+ rules device.dn 9999: location \(id)"))
            #expect(lines.contains { $0.hasPrefix("- rules ") })
        }
    }
#endif
