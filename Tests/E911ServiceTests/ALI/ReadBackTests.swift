import E911Values
import ELINEngine
import Foundation
import Glibc
import Testing

@testable import E911Service

/// An export of a thousand locations, read back field by field by a program that knows nothing of this one.
@Suite struct ReadBackTests {
    /// A place as the program is told of it.
    private struct Place {
        var id: String
        var elin: TelephoneNumber
        var civic: [(name: String, value: String)]
    }

    private static let main = TelephoneNumber("+13125550100")!

    private static func places(_ count: Int) -> [Place] {
        var random = SeededGenerator(seed: 1)
        func pick(_ values: [String]) -> String { values.randomElement(using: &random) ?? "" }
        return (0..<count).map { index in
            var civic: [(name: String, value: String)] = [
                ("country", "US"), ("A1", pick(["IL", "WI", "NY"])),
                ("A3", pick(["Chicago", "Oak Park", "St. Charles"])),
                ("RD", pick(["Main", "Martin Luther King Jr", "5th", "O'Hare"])),
                ("HNO", "\(1 + Int.random(in: 0..<99_999, using: &random))"),
                ("PC", pick(["60601", "60602-1234", "00501"])),
            ]
            func add(_ name: String, _ values: [String]) {
                let value = pick(values)
                if !value.isEmpty { civic.append((name, value)) }
            }
            add("HNS", ["", "1/2", "A"])
            add("PRD", ["", "N", "SW"])
            add("STS", ["St", "Ave", "Blvd", ""])
            add("POD", ["", "E"])
            add("BLD", ["", "Tower B"])
            civic.append(("FLR", "\(index % 40)"))
            add("ROOM", ["", "12-104"])
            add("LOC", ["", "East wing, by the stairs"])
            return Place(
                id: "p\(index)", elin: TelephoneNumber(digits: 13_127_000_000 + UInt64(index)) ?? main, civic: civic)
        }
    }

    private static func site(_ places: [Place]) -> SiteConfiguration {
        var site = NodeHarness.site()
        site.callServers[0].testELIN = nil
        site.callServers[0].defaultELIN = main
        site.callServers[0].defaultLocation = "p0"
        site.name = "Example Corporation"
        site.rules = []
        site.alerts = []
        site.callServers[0].alertFallback = ["security"]
        site.locations = places.map { place in
            LocationConfiguration(
                id: place.id, name: "Place \(place.id)",
                address: place.civic.map { LocationConfiguration.AddressField(name: $0.name, value: $0.value) },
                elins: [place.elin])
        }
        return site
    }

    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: python != nil || ProcessInfo.processInfo.environment["CI"] == "true", "there is no python3"))
    func everyRecordOfAThousandLocationsIsRight() throws {
        let places = Self.places(1000)
        var harness = NodeHarness(site: Self.site(places))
        let export = try harness.export(ALIExportRequest(by: "a"))
        #expect(export.problems == [])
        #expect(export.records.count == 1001)
        let day = String(harness.now.wall.formatted(offsetMinutes: 0).prefix(10))
        // The default ELIN names the default location, and stands first.
        let expected = ([(Self.main, places[0])] + places.map { ($0.elin, $0) }).map { elin, place in
            var said = ["elin": elin.description, "function": "I", "date": day, "main": Self.main.description]
            said["customer"] = "Example Corporation"
            for field in place.civic { said[field.name] = field.value }
            return said
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "e911-ali-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, wanted) = (folder.appending(path: "export"), folder.appending(path: "expected.json"))
        try Data(export.octets(.nena21)).write(to: file)
        try JSONEncoder().encode(expected).write(to: wanted)

        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/ali/read-nena21")
        let words = [try #require(Self.python), script.path, file.path, wanted.path]
        // Not by Foundation's Process, which leaks a reference of its own: the leak sanitizer runs over this.
        let command = words.map { "'\($0)'" }.joined(separator: " ") + " 2>&1"
        let reader = try #require(popen(command, "r"))
        var octets: [UInt8] = []
        while case let octet = getc(reader), octet != EOF { octets.append(UInt8(truncatingIfNeeded: octet)) }
        let said = String(decoding: octets, as: UTF8.self)
        #expect(pclose(reader) == 0, "\(said.prefix(2000))")
        #expect(said == "1001 records of 512 octets, 42 fields each: right\n")
    }
}

extension NodeHarness {
    /// Asks, and lets the node do its slices until the answer is there.
    mutating func finished(_ query: NodeQuery) throws -> NodeAnswer {
        let before = effects.count
        command(.query(query, QueryToken(rawValue: 77)))
        advance(by: .zero)
        for effect in effects[before...] {
            if case .answer(let answer, QueryToken(rawValue: 77)) = effect { return answer }
        }
        throw NoAnswer()
    }

    struct NoAnswer: Error {}

    mutating func export(_ request: ALIExportRequest) throws -> ALIExport {
        guard case .aliExport(let export) = try finished(.aliExport(request)) else { throw NoAnswer() }
        return export
    }
}
