import E911Service
import E911Values
import Locations
import SIPCore
import Testing

@Suite struct TableTests {
    static func site() throws -> SiteConfiguration {
        var site = try SiteConfiguration.sample()
        site.locations[0].contacts = ["security", "guard"]
        site.locations[0].validation = Validation(
            state: .valid, who: "Ann, ERT", when: WallTime(milliseconds: 1_795_524_214_123))
        site.locations[1].validation = Validation()
        site.locations[2].isOffPremises = true
        let prefix = try #require(IPPrefix("10.9.0.0/16"))
        site.rules += [
            RuleConfiguration(condition: .bssid("11:22:33:*"), location: "hq"),
            RuleConfiguration(condition: .deviceDN("2099"), location: "hq"),
            RuleConfiguration(condition: .port(switch: "sw, \"1\"", port: "Gi1/0/7"), location: "hq"),
            RuleConfiguration(condition: .prefix(prefix), location: "hq"),
        ]
        return site
    }

    private func export(_ table: SiteTable, _ site: SiteConfiguration) -> String {
        var octets: [UInt8] = []
        table.export(site) { octets += $0 }
        return String(decoding: octets, as: UTF8.self)
    }

    private func load(
        _ table: SiteTable, _ text: String, into site: SiteConfiguration, replacing: Bool = false,
        problems: Int = 1000
    ) -> TableImport.Outcome {
        var limits = TableImport.Limits()
        limits.problems = problems
        let load = TableImport(table, into: site, replacing: replacing, limits: limits)
        load.read(Array(text.utf8).span)
        return load.finish()
    }

    @Test(arguments: SiteTable.allCases, [false, true])
    func whatIsExportedComesBackAsItWas(table: SiteTable, replacing: Bool) throws {
        let site = try Self.site()
        let text = export(table, site)
        let outcome = load(table, text, into: site, replacing: replacing)
        #expect(outcome.problems == [])
        #expect(outcome.changes == [])
        #expect(outcome.site == site)
        #expect(outcome.unchanged == text.split(separator: "\r\n").count - 1)
        // Lines that end otherwise, and other spellings of columns, change nothing.
        let plain = text.replacing("\r\n", with: "\n").replacing("location", with: "Location")
        #expect(load(table, plain, into: site, replacing: replacing).site == site)
    }

    /// The five tables of one site make those of another one, that has its call servers, the same.
    @Test func tablesCarryASiteOver() throws {
        let site = try Self.site()
        var other = site
        other.locations.append(LocationConfiguration(id: "gone", name: "Gone", parent: "hq"))
        for index in other.locations.indices {
            other.locations[index].elins = []
            other.locations[index].address = []
            other.locations[index].name = "?"
        }
        other.pools[0].numbers.removeLast()
        other.rules = [RuleConfiguration(condition: .deviceDN("1"), location: "gone")]
        let order: [SiteTable] = [.rules, .overrides, .pools, .locations, .elins]
        for table in order {
            let outcome = load(table, export(table, site), into: other, replacing: true)
            #expect(outcome.problems.filter { !$0.isWarning } == [])
            other = try #require(outcome.site)
        }
        for table in order { #expect(export(table, other) == export(table, site)) }
    }

    @Test func aRowChangesWhatItsColumnsSay() throws {
        let site = try Self.site()
        let id = site.locations[0].id
        let outcome = load(.locations, "id,security-desk,FLR\n\(id),,7\nannex,\"10,00\",\n", into: site)
        #expect(
            outcome.changes.map(\.description).last
                == "+ locations annex: id annex, security-desk '10,00' (row 3)")
        let changed = try #require(outcome.changes.first)
        #expect(changed.kind == .changed && changed.name == id && changed.row == 2)
        #expect(changed.fields.contains(.init("FLR", old: nil, new: "7")))
        #expect(changed.fields.allSatisfy { ["FLR", "security-desk"].contains($0.name) })
        let after = try #require(outcome.site)
        #expect(after.locations[0].securityDesk == nil)
        #expect(after.locations[0].elins == site.locations[0].elins)
        #expect(after.locations.last?.id == "annex")
        #expect(outcome.unchanged == site.locations.count - 1)
    }

    @Test func replacingRemovesWhatTheFileHasNot() throws {
        let site = try Self.site()
        let outcome = load(.overrides, "mac,dn,instance,location\n,2099,,hq\n", into: site, replacing: true)
        #expect(outcome.count(.removed) == site.rules.count { Self.isOverride($0) } - 1)
        #expect(outcome.unchanged == 1)
        let rules = try #require(outcome.site).rules
        #expect(rules.filter { Self.isOverride($0) }.map(\.condition) == [.deviceDN("2099")])
        #expect(rules.filter { !Self.isOverride($0) } == site.rules.filter { !Self.isOverride($0) })
    }

    private static func isOverride(_ rule: RuleConfiguration) -> Bool {
        switch rule.condition {
        case .deviceDN, .deviceMAC, .deviceInstance: true
        case .bssid, .port, .prefix: false
        }
    }

    @Test func partsMayStandBeforeWhatTheyLieIn() throws {
        let site = try Self.site()
        let outcome = load(.locations, "id,parent\nroom,floor\nfloor,tower\ntower,\n", into: site)
        #expect(outcome.problems == [])
        #expect(outcome.site?.locations.suffix(3).map(\.id) == ["tower", "floor", "room"])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let table: SiteTable
        let text: String
        let says: [String]

        init(_ table: SiteTable, _ text: String, _ says: String...) {
            self.table = table
            self.text = text
            self.says = says
        }

        var testDescription: String { "\(table): \(says)" }
    }

    /// Each problem is told with its row and column, and nothing is taken over.
    @Test(arguments: [
        Fault(.rules, "", "row 1: the file is empty"),
        Fault(
            .rules, "prefix,locaton\n", "column locaton: there is no such column here (did you mean 'location'?)",
            "column location: the column is missing"),
        Fault(.rules, "prefix,location,prefix\n", "column prefix: the column stands twice"),
        Fault(
            .rules, "prefix,location\n10.1.2.0/33,hq\n", "row 2, column prefix: '10.1.2.0/33' is not an address prefix"),
        Fault(
            .rules, "prefix,location\n10.7.2.0/24,hqq\n",
            "row 2, column location: there is no location 'hqq' (did you mean 'hq'?)"),
        Fault(
            .rules, "prefix,location\n10.7.2.0/24,hq\n\n10.7.2.0/24,hq\n",
            "row 4: prefix 10.7.2.0/24 stands in row 2 already"),
        Fault(
            .rules, "prefix,bssid,location\n10.7.2.0/24,aa:bb:cc:dd:ee:01,hq\n",
            "row 2, column prefix: the rule has more than one condition"),
        Fault(.rules, "prefix,location\n,hq\n", "row 2: the rule says of nobody that he is there"),
        Fault(.rules, "switch,port,location\nsw-1,,hq\n", "row 2, column port: is empty"),
        Fault(.rules, "bssid,location\n*,hq\n", "row 2, column bssid: '*:*:*:*:*:*' matches every access point"),
        Fault(.rules, "prefix,location\n10.7.2.0/24\n", "row 2: the row has 1 fields, the first row 2"),
        Fault(.rules, "prefix,location,\n10.7.2.0/24,hq,x\n", "row 2: 'x' stands in a column without a name"),
        Fault(
            .rules, "prefix,location\n10.7.2.0/24,\"hq\n",
            "row 2, column location: the quote that begins here is never closed"),
        Fault(
            .overrides, "mac,location\n00:11:22:33:44,hq\n", "row 2, column mac: '00:11:22:33:44' is not a MAC address"),
        Fault(.elins, "elin,location\n911,hq\n", "row 2, column elin: '911' is not a telephone number"),
        Fault(.elins, "elin,location\n3125557777,nowhere\n", "row 2, column location: there is no location 'nowhere'"),
        Fault(
            .pools, "name,numbers,ali\nnew,+13125557000; 911,push\n",
            "row 2, column numbers: '911' is not a telephone number or a range"),
        Fault(
            .pools, "name,numbers,ali\nnew,+13125557000; +13125557010-+13125557005,push\n",
            "row 2, column numbers: +13125557010-+13125557005 ends before it begins"),
        Fault(.pools, "name,numbers,ali\nnew,+13125557000,pull\n", "row 2, column ali: 'pull' is not a choice here"),
        Fault(.pools, "name,numbers\nnew,+13125557000\n", "row 2, column ali: is empty"),
        Fault(
            .locations, "id,parent\na,b\nb,a\n", "row 2, column parent: 'b' lies in 'a' itself",
            "row 3, column parent: 'a' lies in 'b' itself"),
        Fault(.locations, "id,parent\na,a\n", "row 2, column parent: 'a' lies in 'a' itself"),
        Fault(.locations, "id,parent\na,nowhere\n", "row 2, column parent: there is no location 'nowhere'"),
        Fault(.locations, "id,pool\na,perhaps\n", "row 2, column pool: 'perhaps' is neither yes nor no"),
        Fault(.locations, "id,contacts\na,security; gard\n", "row 2, column contacts: there is no recipient 'gard'"),
        Fault(
            .locations, "id,validated-at,validation\na,yesterday,valid\n",
            "row 2, column validated-at: 'yesterday' is not a time"),
        Fault(
            .locations, "id,validated-at,validation\na,2026-11-24,valid\n", "row 2, column validated-by: is missing"),
        Fault(.locations, "id,validated-by\na,Ann\n", "row 2, column validation: is empty"),
        Fault(.locations, "id,name\n,a\n", "row 2, column id: is empty"),
    ])
    func everyFaultIsToldAtItsPlace(fault: Fault) throws {
        let outcome = load(fault.table, fault.text, into: try Self.site())
        #expect(outcome.site == nil)
        #expect(outcome.changes == [])
        let told = outcome.problems.filter { !$0.isWarning }.map(\.description)
        #expect(told.count == fault.says.count, "\(told)")
        for says in fault.says { #expect(told.contains { $0.contains(says) }, "\(told)") }
    }

    @Test func allFaultsAreToldTogetherAndTheirNumberIsBounded() throws {
        let text = "prefix,location\n10.7.0.0/16,hq\nx,hq\n10.8.0.0/16,hqq\n10.7.0.0/16,hq\n"
        let outcome = load(.rules, text, into: try Self.site())
        #expect(outcome.problems.map(\.row) == [3, 4, 5])
        let few = load(.rules, text, into: try Self.site(), problems: 2)
        #expect(few.problems.count == 2 && few.problemsLeftOff == 1)
        #expect(few.site == nil)
    }

    @Test func whatGoesMayBeMissedElsewhere() throws {
        let site = try Self.site()
        let outcome = load(.locations, "id\nother\n", into: site, replacing: true)
        #expect(outcome.site == nil)
        #expect(
            outcome.problems.contains {
                $0.row == nil && $0.reason.contains("default-location: there is no location 'hq'")
            })
    }

    @Test func elinsOfAPlaceStandInTheOrderOfTheFile() throws {
        let site = try Self.site()
        let text = "elin,location\n3125557002,hq\n+13125557001,hq\n"
        let outcome = load(.elins, text, into: site)
        let elins = try #require(outcome.site?.locations.first { $0.id == "hq" }).elins
        #expect(elins.suffix(2).map(\.description) == ["+13125557002", "+13125557001"])
    }

    /// Any text at all: refused or taken, never a trap; and what is taken holds together.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func noTableTraps(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let site = try Self.site()
        let table = SiteTable.allCases[Int(seed) % SiteTable.allCases.count]
        let words =
            table.columns + site.locations.map(\.id)
            + [
                "10.7.0.0/16", "aa:bb:cc:dd:ee:*", "00:11:22:33:44:55", "+13125557000", "+1312555-+13125557000", "true",
                "", "a;b",
            ]
        let separators = [",", ",", ",", "\n", "\n", ";", "\"", "\r"]
        var text = table.columns.joined(separator: ",") + "\n"
        if seed % 3 == 0 { text = "" }
        for _ in 0..<60 {
            text += words[Int.random(in: 0..<words.count, using: &generator)]
            text += separators[Int.random(in: 0..<separators.count, using: &generator)]
        }
        let outcome = load(table, text, into: site, replacing: seed % 2 == 0)
        if let after = outcome.site {
            #expect(!SiteCheck.problems(of: after).contains { $0.severity == .error })
        } else {
            #expect(!outcome.problems.isEmpty)
        }
    }
}
