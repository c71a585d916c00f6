#if Daemon
    import E911Configuration
    import E911Service
    import E911Values
    import Testing

    /// Damaged files: never a trap, always a value or an error that stands in the file.
    @Suite struct MutationTests {
        static let rounds = 100

        @Test(arguments: [1, 2, 3] as [UInt64])
        func aDamagedSiteFileIsAValueOrPlacedErrors(seed: UInt64) throws {
            var damage = Damage(seed: seed)
            for round in 0..<Self.rounds {
                let octets = damage.applied(to: Array(SiteFileTests.text.utf8))
                let reading = SiteFile.read(octets: octets, file: "site.yaml")
                try expectPlaced(reading, in: octets, "seed \(seed), round \(round)")
                // What was read, whatever it is, can be written and read again.
                guard let site = reading.value else { continue }
                #expect(SiteFile.read(text: SiteFile.write(site)).value == site, "seed \(seed), round \(round)")
            }
        }

        @Test(arguments: [4] as [UInt64])
        func aDamagedDaemonFileIsAValueOrPlacedErrors(seed: UInt64) throws {
            var damage = Damage(seed: seed)
            for round in 0..<Self.rounds {
                let octets = damage.applied(to: Array(DaemonFileTests.text.utf8))
                try expectPlaced(
                    DaemonFile.read(octets: octets, file: "e911d.yaml"), in: octets, "seed \(seed), round \(round)")
            }
        }

        private func expectPlaced<Value>(_ reading: Reading<Value>, in octets: [UInt8], _ which: Comment) throws {
            let isRefused = reading.problems.contains { $0.severity == .error }
            #expect((reading.value == nil) == isRefused, which)
            let lines = octets.count { $0 == 10 || $0 == 13 } + 2
            for problem in reading.problems {
                #expect(problem.line >= 1 && problem.column >= 1 && problem.line <= lines, "\(which): \(problem)")
                #expect(!problem.reason.isEmpty && !problem.remedy.isEmpty, which)
            }
            #expect(reading.problems.map(\.line) == reading.problems.map(\.line).sorted(), which)
        }

        @Test func nestingWithoutEndIsRefused() {
            for text in [String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000)] {
                #expect(SiteFile.read(text: text).value == nil)
            }
            var nested = "site: { name: a, time-zone: UTC }\nlocations:\n"
            for depth in 0..<60 {
                let indent = String(repeating: "  ", count: depth + 1)
                nested += "\(indent)- id: l\(depth)\n\(indent)  children:\n"
            }
            #expect(SiteFile.read(text: nested).problems.contains { $0.reason.contains("more than 32 deep") })
        }

        @Test func aliasesThatMultiplyAreRefused() {
            var text = "site: { name: a, time-zone: UTC }\ncall-servers: []\nx0: &x0 [ { id: a } ]\n"
            for level in 1..<12 {
                let children = Array(repeating: "{ id: n, children: *x\(level - 1) }", count: 10)
                text += "x\(level): &x\(level) [ \(children.joined(separator: ", ")) ]\n"
            }
            text += "locations: *x11\n"
            #expect(SiteFile.read(text: text).problems.contains { $0.remedy == "aliases must not multiply each other" })
        }
    }

    /// Changes octets, words and lines at random.
    struct Damage {
        private var generator: SeededGenerator

        init(seed: UInt64) {
            generator = SeededGenerator(seed: seed)
        }

        private static let scraps = [
            "", " ", "\n", ":", "- ", "[", "]", "{", "}", "\"", "'", "#", "&a ", "*a", "!x ", "|", ">", "\t", "\\", "~",
            "null", "-1", "99999999999999999999", "911", "+", "name: ", "locations:", "\u{0}", "ä", "1e9", "%", "? ",
        ]

        mutating func applied(to octets: [UInt8]) -> [UInt8] {
            var octets = octets
            for _ in 0..<Int.random(in: 1...4, using: &generator) { change(&octets) }
            return octets
        }

        private mutating func change(_ octets: inout [UInt8]) {
            guard !octets.isEmpty else { return }
            let at = Int.random(in: 0..<octets.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: octets[at] = UInt8.random(in: 0...255, using: &generator)
            case 1: octets.removeSubrange(at..<min(at + Int.random(in: 1...20, using: &generator), octets.count))
            case 2, 3:
                let scrap = Self.scraps[Int.random(in: 0..<Self.scraps.count, using: &generator)]
                octets.insert(contentsOf: scrap.utf8, at: at)
            case 4:
                // A piece of the file, somewhere else.
                let end = min(at + Int.random(in: 1...120, using: &generator), octets.count)
                octets.insert(contentsOf: octets[at..<end], at: Int.random(in: 0...octets.count, using: &generator))
            default: octets.removeSubrange(at...)
            }
        }
    }
#endif
