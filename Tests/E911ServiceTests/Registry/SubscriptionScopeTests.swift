import E911Service
import E911Values
import RegInfo
import Testing

@Suite struct SubscriptionScopeTests {
    private func refreshes(_ events: [RegistryEvent]) -> [RefreshReason] {
        events.compactMap { if case .refreshWanted(_, let reason) = $0 { reason } else { nil } }
    }

    // MARK: One AOR

    /// What Kamailio does: version 0 and full for ever, the first NOTIFY without a body.
    @Test func inTheScopeOfOneAORAFullDocumentIsTheNewState() {
        var world = RegistryWorld()
        let one = world.subscribe(aor: "sip:1@pbx")
        let two = world.subscribe(aor: "sip:2@pbx")
        world.notify(two, .full, [registration("2", .active, contact("sip:2@192.0.2.1"))])
        world.registry.notifyWithoutBody(one, cseq: 1, now: world.now)
        #expect(world.registry.isDownloading(one))
        #expect(!world.registry.isDownloading(two))
        world.notify(
            one, .full, cseq: 2,
            [registration("1", .active, contact("sip:1@192.0.2.1", id: "a"), contact("sip:1@192.0.2.2", id: "b"))])
        #expect(!world.registry.isDownloading(one))
        _ = world.takeEvents()
        // Nobody asked for this one.
        world.notify(one, .full, [registration("1", .active, contact("sip:1@192.0.2.2", id: "b"))])
        #expect(world.takeChanges() == ["retired sip:1@192.0.2.1"])
        world.notify(one, .full, [registration("1", .terminated)])
        #expect(world.takeChanges() == ["retired sip:1@192.0.2.2"])
        world.wait(.seconds(3600))
        #expect(world.takeEvents() == [])
        #expect(world.bindings == ["sip:2@pbx sip:2@192.0.2.1"])
    }

    @Test func aFullDocumentOfOneAORTouchesNoOther() {
        var world = RegistryWorld()
        let one = world.subscribe(aor: "sip:1@pbx")
        let other = RegInfoDocument.Registration(
            aor: "tel:77", id: "t", state: .active, contacts: [contact("sip:1@192.0.2.1")])
        world.notify(one, .full, [registration("1", .active, contact("sip:1@192.0.2.1")), other])
        world.notify(one, .full, [registration("1", .active, contact("sip:1@192.0.2.1"))])
        #expect(world.bindings.count == 2)
        // The AOR as its notifier writes it, with a port.
        world.notify(
            one, .full,
            [.init(aor: "sip:1@pbx:5060", id: "r", state: .active, contacts: [contact("sip:1@192.0.2.1")])])
        #expect(world.bindings == ["sip:1@pbx:5060 sip:1@192.0.2.1", "tel:77 sip:1@192.0.2.1"])
    }

    @Test func partialPiecesOfOneAORAreCompleteAfterSilence() {
        var world = RegistryWorld()
        let one = world.subscribe(aor: "sip:1@pbx")
        world.notify(one, .full, [registration("1", .active, contact("sip:1@192.0.2.1", id: "a"))])
        world.refresh(one)
        world.notify(one, .partial, [registration("1", .active, contact("sip:1@192.0.2.2", id: "b"))])
        world.wait(.seconds(14))
        #expect(world.bindings.count == 2)
        world.wait(.seconds(1))
        #expect(world.bindings == ["sip:1@pbx sip:1@192.0.2.2"])
    }

    @Test func aDocumentOlderThanTheFullStateOfAnAORAddsNothing() {
        var world = RegistryWorld()
        let one = world.subscribe(aor: "sip:1@pbx")
        let (old, new) = (contact("sip:1@192.0.2.1", id: "a"), contact("sip:1@192.0.2.2", id: "b"))
        // 3 overtakes 2 at the beginning of the dialog; later 6 overtakes 5, and 8 overtakes 7.
        world.notify(one, .full, cseq: 3, [registration("1", .active, new)])
        world.notify(one, .full, cseq: 2, [registration("1", .active, old)])
        #expect(world.bindings == ["sip:1@pbx sip:1@192.0.2.2"])
        world.notify(one, .full, cseq: 4, [registration("1", .active, new)])
        world.wait(.seconds(10))
        world.notify(one, .full, cseq: 6, [registration("1", .active, new)])
        world.notify(one, .partial, cseq: 8, [])
        world.notify(one, .full, cseq: 5, [registration("1", .active, old)])
        #expect(world.bindings == ["sip:1@pbx sip:1@192.0.2.2"])
        world.notify(one, .partial, cseq: 7, [registration("1", .active, contact("sip:1@192.0.2.3", id: "c"))])
        #expect(world.bindings.count == 2)
    }

    @Test func aGreatLossOfOneAORWaitsToo() {
        var world = RegistryWorld()
        let one = world.subscribe(aor: "sip:1@pbx")
        let contacts = (0..<12).map { contact("sip:1@192.0.2.\($0)", id: "\($0)") }
        let all = RegInfoDocument.Registration(aor: "sip:1@pbx", id: "r", state: .active, contacts: contacts)
        world.notify(one, .full, [all])
        world.notify(one, .full, [])
        #expect(world.events.contains(.sweepHeld(one, missing: 12, of: 12)))
        #expect(world.registry.counts().active == 12)
        world.notify(one, .full, [])
        #expect(world.registry.counts().retired == 12)
    }

    // MARK: Asking for full state

    @Test func anUnaskedFullDocumentOfAServerRetiresNobodyAndAsks() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, [registration("1", .active, contact("sip:1@192.0.2.1"))])
        world.wait(.seconds(20))
        _ = world.takeEvents()
        for _ in 0..<2 {
            world.notify(subscription, .full, [registration("2", .active, contact("sip:2@192.0.2.1"))])
            world.wait(.seconds(600))
            #expect(world.registry.counts().active == 2)
            #expect(refreshes(world.takeEvents()) == [.unaskedFullState])
        }
    }

    @Test func refreshesOfAServerAreAsked60SecondsApartOrTenDownloads() {
        for (length, interval) in [(1, 60), (20, 200)] {
            var world = RegistryWorld()
            let subscription = world.subscribe()
            world.wait(.seconds(length))
            world.notify(subscription, .full, [registration("1", .active, contact("sip:1@192.0.2.1"))])
            world.wait(.seconds(20))
            _ = world.takeEvents()
            world.notify(subscription, .full, [])
            world.wait(.seconds(1))
            #expect(refreshes(world.takeEvents()) == [.unaskedFullState])
            for _ in 0..<20 { world.notify(subscription, .full, []) }
            world.wait(.seconds(interval - 2))
            #expect(refreshes(world.takeEvents()) == [])
            world.wait(.seconds(2))
            #expect(refreshes(world.takeEvents()) == [.unaskedFullState])
        }
    }

    @Test func aRefreshOfOurOwnAnswersTheWish() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, [registration("1", .active, contact("sip:1@192.0.2.1"))])
        world.wait(.seconds(20))
        world.notify(subscription, .full, [])
        world.wait(.seconds(1))
        world.notify(subscription, .full, [])
        _ = world.takeEvents()
        world.refresh(subscription)
        world.wait(.seconds(600))
        #expect(refreshes(world.takeEvents()) == [])
    }

    @Test func versionsHintAtALossUnlessADownloadRuns() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .partial, version: 3, [])
        world.notify(subscription, .partial, version: 9, [registration("1", .active, contact("sip:1@192.0.2.1"))])
        world.wait(.seconds(20))
        #expect(refreshes(world.takeEvents()) == [])
        world.notify(subscription, .partial, version: 20, [registration("2", .active, contact("sip:2@192.0.2.1"))])
        world.wait(.seconds(1))
        #expect(world.registry.counts().active == 2)
        #expect(refreshes(world.takeEvents()) == [.version])
    }

    @Test func inStrictModeAnOldVersionIsIgnored() {
        var world = RegistryWorld { $0.versions = .strict }
        let subscription = world.subscribe()
        world.notify(subscription, .full, version: 5, [registration("1", .active, contact("sip:1@192.0.2.1"))])
        world.notify(subscription, .partial, version: 5, [registration("2", .active, contact("sip:2@192.0.2.1"))])
        world.notify(subscription, .partial, version: 4, [registration("3", .active, contact("sip:3@192.0.2.1"))])
        #expect(world.bindings == ["sip:1@pbx sip:1@192.0.2.1"])
        world.wait(.seconds(20))
        #expect(!world.registry.isDownloading(subscription))
    }

    @Test func unreadableDocumentsKeepTheStateAndAskEverMoreSlowly() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, [registration("1", .active, contact("sip:1@192.0.2.1"))])
        world.wait(.seconds(20))
        _ = world.takeEvents()
        var delays: [Int] = []
        for _ in 0..<9 {
            // All of it is good but the last octet.
            let bytes = RegInfoDocument(
                version: 1, state: .full, registrations: [registration("2", .active, contact("sip:2@192.0.2.1"))]
            ).serialised().dropLast(2)
            world.notify(subscription, octets: Array(bytes))
            guard case .documentRefused(subscription, let error) = world.takeEvents().first else {
                Issue.record("not refused")
                continue
            }
            #expect(error.code == .notWellFormed)
            var seconds = 0
            while refreshes(world.takeEvents()).isEmpty, seconds < 1000 {
                world.wait(.seconds(1))
                seconds += 1
            }
            delays.append(seconds)
            world.refresh(subscription)
        }
        #expect(delays == [5, 10, 20, 40, 80, 160, 300, 300, 300])
        #expect(world.bindings == ["sip:1@pbx sip:1@192.0.2.1"])
        world.notify(subscription, .full, [])
        world.notify(subscription, octets: [])
        world.wait(.seconds(5))
        #expect(refreshes(world.takeEvents()) == [.unreadableDocument])
    }

    @Test func aDocumentOfADialogThatIsOverSaysNothing() throws {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        let begun = world.registry.beginDocument(subscription, cseq: 1, now: world.now)
        var staged = try #require(begun)
        let bytes = RegInfoDocument(
            version: 1, state: .full, registrations: [registration("2", .active, contact("sip:2@192.0.2.1"))]
        ).serialised()
        try RegInfoParser().parse(bytes.span, isLast: true, into: &staged)
        world.registry.beginDownload(subscription, newDialog: true, now: world.now)
        #expect(world.applied(staged) == [])
        #expect(world.registry.counts().total == 0)
        world.registry.close(subscription)
        #expect(world.applied(staged) == [])
        let refused = world.registry.refuse(staged, RegInfoError(code: .limit, reason: ""), now: world.now)
        #expect(refused == [])
        #expect(world.registry.scope(of: subscription) == nil)
        let another = world.registry.beginDocument(subscription, cseq: 2, now: world.now)
        #expect(another == nil)
    }

    @Test func whatWasSkippedIsTold() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(
            subscription, .full,
            [registration("1", .active, contact("not a uri", id: "a"), contact("sip:1@192.0.2.1", id: "b"))])
        #expect(
            world.takeEvents().contains(
                .irregularities(
                    subscription, first: RegInfoIrregularity(kind: .contactSkipped, line: 4, column: 81), count: 1)))
        #expect(world.registry.counts().active == 1)
    }

    @Test func longWorkIsDoneInSlicesAndComesToTheSame() throws {
        let registrations = (0..<1000).map { registration("\($0)", .active, contact("sip:\($0)@192.0.2.\($0 % 250)")) }
        var configuration = RegistryConfiguration()
        var results: [[DeviceRecord]] = []
        for slice in [1, 7, 256, 100_000] {
            configuration.slice = slice
            var world = RegistryWorld(configuration: configuration)
            let subscription = world.subscribe()
            let begun = world.registry.beginDocument(subscription, cseq: 1, now: world.now)
            var staged = try #require(begun)
            let bytes = RegInfoDocument(version: 0, state: .full, registrations: registrations).serialised()
            try RegInfoParser().parse(bytes.span, isLast: true, into: &staged)
            var turns = 1
            var largest = world.registry.apply(staged, now: world.now).count
            while let due = world.registry.nextDeadline, due <= world.now.monotonic {
                largest = max(largest, world.registry.advance(now: world.now).count)
                turns += 1
            }
            #expect(largest <= slice)
            #expect(turns >= 1000 / slice)
            world.wait(.seconds(20))
            for cseq: UInt32 in 2...3 {
                world.refresh(subscription)
                world.notify(subscription, .full, cseq: cseq, Array(registrations[..<950]))
                world.wait(.seconds(20))
            }
            #expect(world.registry.counts().retired == 50)
            results.append(world.devices)
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }
}
