#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// Tables by the command line, against a running e911d and against its state folder.
    @Suite(.timeLimit(.minutes(5)))
    struct TableTests {
        private static let places = (0..<100).map { "floor-\($0)" }
        private static let site = """
            site: { name: Example, time-zone: America/Chicago, default-call-server: main }
            call-servers:
              - name: main
                members: [ { address: 127.0.0.22, port: 5060, transport: udp } ]
                username: "7911"
                default-location: hq
                default-elin: "+13125550100"
                onsite-notification: false
            locations: [ { id: hq, name: Headquarters } ]
            """

        private struct Answer {
            var status: Int32
            var lines: [String]
        }

        /// Runs a command and answers how it ended and what it said, whatever that is.
        private func run(_ rig: Rig, _ configuration: URL, _ words: String...) async throws -> Answer {
            let child = try await ChildProcess.start(
                try DaemonPeer.program, words + ["--config", configuration.path],
                in: configuration.deletingLastPathComponent())
            guard case .exited(let status) = try await child.end(within: .seconds(120)) else {
                throw PeerError("\(words): it crashed\n\(child.output.tail)")
            }
            return Answer(status: status, lines: child.output.all)
        }

        private func configure(_ rig: Rig) throws -> URL {
            let own = try Ports.lease(on: try #require(IPAddress("127.0.0.21")))
            return try DaemonPeer.configure(in: rig, at: own, [.udp])
        }

        /// `10.0.0.0/32` and on, a row each; rows that are bad by their number.
        private func rules(_ count: Int, bad: [Int: String] = [:]) -> String {
            var lines = ["location,prefix"]
            lines.reserveCapacity(count + 1)
            for index in 0..<count {
                lines.append(
                    bad[index + 2]
                        ?? "\(Self.places[index % 100]),10.\(index >> 16).\(index >> 8 & 255).\(index & 255)/32")
            }
            return lines.joined(separator: "\n") + "\n"
        }

        private func write(_ text: String, _ name: String, beside configuration: URL) throws -> String {
            let file = configuration.deletingLastPathComponent().appendingPathComponent(name)
            try text.write(to: file, atomically: false, encoding: .utf8)
            return file.path
        }

        @Test(.needs(.setpriv)) func aHundredThousandRowsComeInWholeOrNotAtAll() async throws {
            try await Rig.run("tables") { rig in
                let configuration = try configure(rig)
                let daemon = try await DaemonPeer.start(in: rig, configuration)
                try await daemon.apply(site: Self.site)
                let places = (["id,parent"] + Self.places.map { "\($0),hq" }).joined(separator: "\r\n")
                let table = try write(places, "locations.csv", beside: configuration)

                // The site belongs to its file until it is adopted.
                let refused = try await run(rig, configuration, "import", "locations", table)
                #expect(refused.status == 1 && refused.lines.contains { $0.contains("--adopt") })
                let adopted = try await run(rig, configuration, "import", "locations", table, "--adopt")
                #expect(adopted.status == 0 && adopted.lines.last?.contains("100 added") == true)

                let count = 100_000
                let bad = try write(
                    rules(
                        count,
                        bad: [17: "floor-1,10.0.0.300/32", 50_000: "floor-100,10.0.0.9/31", 100_001: "hq,10.0.0.1/32"]),
                    "bad.csv", beside: configuration)
                let wrong = try await run(rig, configuration, "import", "rules", bad)
                #expect(wrong.status == 78)
                #expect(
                    wrong.lines == [
                        "\(bad):17: row 17, column prefix: '10.0.0.300/32' is not an address prefix "
                            + "(for example 10.1.2.0/24)",
                        "\(bad):50000: row 50000, column location: there is no location 'floor-100' "
                            + "(did you mean 'floor-10'?)",
                        "\(bad):100001: row 100001: prefix 10.0.0.1/32 stands in row 3 already (one row for each)",
                        "\(bad): nothing was changed",
                    ])
                #expect(try await run(rig, configuration, "export", "rules").lines.count == 1)

                let good = try write(rules(count), "good.csv", beside: configuration)
                let dry = try await run(rig, configuration, "import", "rules", good, "--dry-run", "--show", "1")
                #expect(
                    dry.lines.prefix(2) == [
                        "+ rules prefix 10.0.0.0/32: prefix 10.0.0.0/32, location floor-0 (row 2)", "and 99999 more",
                    ])
                #expect(try await run(rig, configuration, "export", "rules").lines.count == 1)
                let taken = try await run(rig, configuration, "import", "rules", good)
                #expect(taken.status == 0)
                #expect(
                    taken.lines.last?.hasSuffix("taken over by the running e911d") == true, "\(taken.lines.suffix(3))")

                let folder = configuration.deletingLastPathComponent()
                let first = folder.appendingPathComponent("first.csv").path
                let second = folder.appendingPathComponent("second.csv").path
                try await daemon.run("export", "rules", "--output", first)
                let again = try await run(rig, configuration, "import", "rules", first, "--replace")
                #expect(again.lines == ["\(first): no difference"])

                // The same without a daemon, on the store.
                #expect(await daemon.stop() == .exited(0))
                #expect(try await run(rig, configuration, "export", "rules", "--output", second).status == 0)
                let octets = try Data(contentsOf: URL(fileURLWithPath: first))
                #expect(octets.split(separator: 10).count == count + 1)
                #expect(try Data(contentsOf: URL(fileURLWithPath: second)) == octets)
                let offline = try await run(rig, configuration, "import", "rules", second, "--replace")
                #expect(offline.lines == ["\(second): no difference"])
            }
        }

        @Test(.needs(.setpriv)) func evidenceComesInAndOutWithADaemonAndWithout() async throws {
            try await Rig.run("evidence") { rig in
                let configuration = try configure(rig)
                let site = try write(Self.site, "site.yaml", beside: configuration)
                #expect(try await run(rig, configuration, "apply", site).status == 0)
                let count = 2000
                let rows = (0..<count).map { "2\($0),sw-\($0 % 7),Gi1/0/\($0 % 48),2026-01-02T03:04:05.678Z" }
                let table = try write(
                    (["dn,switch,port,at"] + rows).joined(separator: "\n"), "evidence.csv", beside: configuration)
                let dry = try await run(rig, configuration, "import", "evidence", table, "--dry-run")
                #expect(dry.lines.last?.contains("\(count) added") == true, "\(dry.lines)")
                #expect(try await run(rig, configuration, "export", "evidence").lines.count == 1)
                let offline = try await run(rig, configuration, "import", "evidence", table)
                #expect(
                    offline.status == 0 && offline.lines.last?.contains("\(count) added") == true, "\(offline.lines)")

                let daemon = try await DaemonPeer.start(in: rig, configuration)
                let exported = try await run(rig, configuration, "export", "evidence")
                #expect(exported.lines.count == count + 1)
                let saved = try write(exported.lines.joined(separator: "\n"), "saved.csv", beside: configuration)
                let again = try await run(rig, configuration, "import", "evidence", saved, "--replace")
                #expect(again.lines.last?.contains("0 added, 0 changed, 0 removed, \(count) as they were") == true)
                let bad = try write("dn,bssid,at\n1,what,2026-01-02\n", "bad.csv", beside: configuration)
                let wrong = try await run(rig, configuration, "import", "evidence", bad)
                #expect(wrong.status == 78 && wrong.lines.first?.contains(":2: row 2, column bssid: ") == true)
                #expect(await daemon.stop() == .exited(0))
            }
        }

        @Test(.needs(.setpriv)) func commandsThatLookReadTheStateFolderWhenNoDaemonRuns() async throws {
            try await Rig.run("offline") { rig in
                let configuration = try configure(rig)
                let none = try await run(rig, configuration, "devices")
                #expect(none.status == 1 && none.lines.first?.contains("there is no state yet") == true)
                let site = try write(Self.site, "site.yaml", beside: configuration)
                let dry = try await run(rig, configuration, "apply", site, "--dry-run")
                #expect(dry.status == 0 && dry.lines.contains { $0.hasPrefix("+ call-servers main: ") })
                #expect(try await run(rig, configuration, "apply", site).status == 0)
                #expect(
                    try await run(rig, configuration, "apply", site, "--dry-run").lines.last?.contains("0 changes")
                        == true)
                #expect(try await run(rig, configuration, "devices", "--unlocated", "--json").lines == ["[]"])
                let sheet = try await run(rig, configuration, "sip-server-sheet")
                #expect(sheet.lines.contains { $0.contains("contact ") && $0.contains("sip:127.0.0.21:") })
                let needs = try await run(rig, configuration, "drain")
                #expect(needs.status == 1 && needs.lines.first?.contains("'drain' needs one") == true)
                // What was exported is what is applied.
                let saved = configuration.deletingLastPathComponent().appendingPathComponent("saved.yaml").path
                #expect(try await run(rig, configuration, "export", "site", "--output", saved).status == 0)
                #expect(
                    try await run(rig, configuration, "apply", saved, "--dry-run").lines.last?.contains("0 changes")
                        == true)
            }
        }
    }
#endif
