#if Daemon
    import E911Configuration
    import E911Service
    import E911Values
    import Testing

    /// The annotated files that `make run` uses.
    @Suite struct ExampleFileTests {
        @Test func theDaemonFileIsRight() throws {
            let reading = DaemonFile.read(Examples.path("e911d.yaml"))
            #expect(reading.problems == [])
            let daemon = try #require(reading.value)
            #expect(daemon.node == "a")
            #expect(daemon.state.hasSuffix("/.run/state"))
            #expect(!daemon.state.contains(".."))
            #expect(
                daemon.listeners.map { "\($0.transport) \($0.endpoint)" } == [
                    "udp 127.0.0.1:15062", "tcp 127.0.0.1:15062",
                ])
            #expect(daemon.smtp?.url == "smtp://127.0.0.1:15025")
            #expect(daemon.smtp?.startTLS == .off)
            #expect(daemon.answerDeadline == .milliseconds(20))
        }

        @Test func theSiteFileHoldsTogetherBesideTheDaemonFile() throws {
            let daemon = try #require(DaemonFile.read(Examples.path("e911d.yaml")).value)
            let reading = SiteFile.read(Examples.path("site.yaml"), listeners: daemon.nodeConfiguration().listeners)
            #expect(reading.problems == [])
            let site = try #require(reading.value)
            #expect(site.declared)
            #expect(site.locations.map(\.id) == ["hq", "hq-1", "hq-2", "hq-2-east", "hq-3"])
            #expect(site.locations.map(\.parent) == [nil, "hq", "hq", "hq-2", "hq"])
            #expect(site.callServers[0].username == "7911")
            #expect(site.callServers[0].members[0].endpoint == Endpoint("127.0.0.1:15060"))
        }

        /// What a package installs starts as it is, and its site can be applied.
        @Test func thePackagedFilesAreRight() throws {
            let reading = DaemonFile.read(Examples.path("e911d.yaml", in: "Packaging"))
            #expect(reading.problems == [])
            let daemon = try #require(reading.value)
            #expect(daemon.state == "/var/lib/e911d")
            #expect(daemon.listeners.allSatisfy { $0.endpoint.address.isLoopback })
            let site = SiteFile.read(
                Examples.path("site.yaml", in: "Packaging"), listeners: daemon.nodeConfiguration().listeners)
            #expect(site.problems == [])
            #expect(SiteCheck.unreachable(in: try #require(site.value), by: daemon.channels) == [])
        }
    }
#endif
