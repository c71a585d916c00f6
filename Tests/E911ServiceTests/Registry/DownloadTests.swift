import E911Service
import E911Values
import RegInfo
import Testing

/// How a notifier labels the pieces of one full state. No document says it, so all must work.
enum Labelling: CaseIterable, Sendable {
    case fullThenPartial, allFull, allPartial, sharedVersion

    func label(_ piece: Int, version: inout UInt64) -> (DocumentState, UInt64) {
        defer { if self != .sharedVersion { version += 1 } }
        switch self {
        case .fullThenPartial: return (piece == 0 ? .full : .partial, version)
        case .allFull, .sharedVersion: return (.full, version)
        case .allPartial: return (.partial, version)
        }
    }
}

@Suite struct DownloadTests {
    private func phones(_ numbers: Range<Int>, moved: Range<Int> = 0..<0) -> [RegInfoDocument.Registration] {
        numbers.map {
            let host = moved.contains($0) ? "198.51.100.\($0 % 250)" : "192.0.2.\($0 % 250)"
            return registration(
                "\($0)", .active, contact("sip:\($0)@\(host)", id: "c\($0)", instance: "urn:x:\($0)", expires: 3600))
        }
    }

    private func download(
        _ world: inout RegistryWorld, _ subscription: RegistrySubscription, _ labelling: Labelling,
        _ registrations: [RegInfoDocument.Registration], version: inout UInt64
    ) {
        for (piece, start) in stride(from: 0, to: max(registrations.count, 1), by: 40).enumerated() {
            let (state, number) = labelling.label(piece, version: &version)
            world.notify(
                subscription, state, version: number,
                Array(registrations[start..<min(start + 40, registrations.count)]))
            world.wait(.milliseconds(200))
        }
    }

    @Test(arguments: Labelling.allCases)
    func everyLabellingOfPiecesGivesTheSameDevices(labelling: Labelling) {
        var world = RegistryWorld()
        var version: UInt64 = 7
        let subscription = world.subscribe()
        download(&world, subscription, labelling, phones(0..<300), version: &version)
        #expect(world.registry.counts().active == 300)
        #expect(world.takeChanges().count == 300)
        world.wait(.seconds(15))
        #expect(
            world.takeEvents().contains {
                if case .downloadCompleted(subscription, let summary) = $0 {
                    return summary.documents == 8 && summary.added == 300 && summary.retired == 0
                }
                return false
            })

        // Five gone, four moved, three new.
        world.refresh(subscription)
        download(&world, subscription, labelling, phones(5..<303, moved: 10..<14), version: &version)
        #expect(world.registry.counts().active == 303)
        world.wait(.seconds(14))
        #expect(world.registry.counts().retired == 0)
        world.wait(.seconds(1))
        // Whether its end was lost nobody can tell: a second one has to agree.
        #expect(world.registry.counts().retired == 0)
        #expect(world.events.contains(.refreshWanted(subscription, .heldSweep)))
        world.refresh(subscription)
        download(&world, subscription, labelling, phones(5..<303, moved: 10..<14), version: &version)
        world.wait(.seconds(15))
        #expect(world.registry.counts().retired == 5)
        let changes = world.takeChanges()
        #expect(changes.filter { $0.hasPrefix("moved") }.count == 4)
        #expect(changes.contains("moved sip:10@192.0.2.10 -> sip:10@198.51.100.10"))
        #expect(changes.filter { $0.hasPrefix("added") }.count == 3)
        #expect(changes.filter { $0.hasPrefix("retired") } == (0..<5).map { "retired sip:\($0)@192.0.2.\($0)" })
        #expect(changes.count == 12)
    }

    @Test func aSlowNotifierGetsThreeTimesItsLongestGap() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, phones(0..<5))
        world.wait(.seconds(10))
        world.notify(subscription, .partial, phones(5..<10))
        world.wait(.seconds(29))
        #expect(world.registry.isDownloading(subscription))
        world.wait(.seconds(1))
        #expect(!world.registry.isDownloading(subscription))
    }

    @Test func withoutADocumentADownloadIsGivenUp() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.registry.notifyWithoutBody(subscription, cseq: 1, now: world.now)
        world.wait(.seconds(31))
        #expect(world.registry.isDownloading(subscription))
        world.wait(.seconds(1))
        #expect(!world.registry.isDownloading(subscription))
        #expect(world.events.isEmpty)
    }

    @Test func fullDocumentsWithoutRegistrationsRetireEverybodyAndManyAreAnAlarm() {
        for count in [10, 11] {
            var world = RegistryWorld()
            let subscription = world.subscribe()
            world.notify(subscription, .full, phones(0..<count))
            world.wait(.seconds(20))
            for round in 0..<2 {
                world.refresh(subscription)
                world.notify(subscription, .full, [])
                world.wait(.seconds(20))
                #expect(world.registry.counts().retired == (round == 0 ? 0 : count))
            }
            #expect(world.events.contains(.sweepHeld(subscription, missing: 11, of: 11)) == (count == 11))
        }
    }

    /// What a SIP Server that dies in the middle of a download leaves behind is silence too.
    @Test func oneDownloadAloneRetiresNobody() {
        func cut() -> (RegistryWorld, RegistrySubscription) {
            var world = RegistryWorld()
            let subscription = world.subscribe()
            world.notify(subscription, .full, phones(0..<40))
            world.wait(.seconds(20))
            world.refresh(subscription)
            world.notify(subscription, .full, phones(0..<36))
            _ = world.takeEvents()
            world.wait(.seconds(600))
            #expect(world.takeEvents().filter { $0 == .refreshWanted(subscription, .heldSweep) }.count == 1)
            return (world, subscription)
        }
        func retired(_ world: inout RegistryWorld) -> [String] {
            world.takeChanges().filter { $0.hasPrefix("retired") }
        }
        let two = ["retired sip:38@192.0.2.38", "retired sip:39@192.0.2.39"]
        // The second one lists two of them: those were only late.
        var (world, subscription) = cut()
        world.refresh(subscription)
        world.notify(subscription, .full, phones(0..<38))
        world.wait(.seconds(14))
        #expect(retired(&world) == [])
        world.wait(.seconds(1))
        #expect(retired(&world) == two)
        // Nothing more to ask for.
        world.wait(.seconds(600))
        #expect(world.takeEvents() == [])

        // A change between the two is no second download.
        (world, subscription) = cut()
        world.notify(subscription, phones(50..<51))
        world.wait(.seconds(600))
        #expect(retired(&world) == [])

        // A NOTIFY was lost between them: it may have been the end of the first.
        (world, subscription) = cut()
        world.notify(subscription, cseq: 4, phones(50..<51))
        world.wait(.seconds(60))
        world.refresh(subscription)
        world.notify(subscription, .full, phones(0..<38))
        world.wait(.seconds(20))
        #expect(retired(&world) == [])
        world.refresh(subscription)
        world.notify(subscription, .full, phones(0..<38))
        world.wait(.seconds(20))
        #expect(retired(&world) == two + ["retired sip:50@192.0.2.50"])

        // The SIP Server has forgotten the dialog: those of the next one decide.
        (world, subscription) = cut()
        for round in 0..<2 {
            world.registry.beginDownload(subscription, newDialog: round == 0, now: world.now)
            world.registry.acceptDownload(subscription, now: world.now)
            world.notify(subscription, .full, phones(0..<38))
            world.wait(.seconds(20))
            #expect(retired(&world) == (round == 0 ? [] : two))
        }
    }

    @Test func aLostNotifyStopsTheSweepUntilARefreshMadeItGood() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, phones(0..<40))
        world.wait(.seconds(20))
        world.refresh(subscription)
        _ = world.takeEvents()
        world.notify(subscription, .full, cseq: 2, phones(0..<20))
        // CSeq 3 with the rest is lost.
        world.notify(subscription, .partial, cseq: 4, phones(40..<41))
        world.wait(.milliseconds(1900))
        #expect(world.takeChanges() == ["added sip:40@192.0.2.40"])
        world.wait(.milliseconds(100))
        #expect(world.takeEvents() == [.refreshWanted(subscription, .gap)])
        world.wait(.seconds(3600))
        #expect(world.takeChanges().filter { $0.hasPrefix("retired") } == [])

        world.refresh(subscription)
        world.notify(subscription, .full, phones(0..<41))
        world.wait(.seconds(15))
        #expect(world.registry.counts().retired == 0)
        #expect(!world.registry.isDownloading(subscription))
    }

    @Test func swappedNotifiesLoseNothingAndAskForNothing() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, cseq: 1, phones(0..<10))
        // The newer one moved 12 and ended 13; the older one, which comes later, still has both where they were.
        world.notify(
            subscription, cseq: 3,
            phones(10..<13, moved: 12..<13)
                + [
                    registration("13", .active, contact("sip:13@192.0.2.13", id: "c13", .terminated)),
                    registration("14", .terminated),
                ])
        world.wait(.seconds(1))
        world.notify(subscription, cseq: 2, phones(12..<16))
        world.wait(.seconds(15))
        let expected = phones(0..<12) + phones(12..<13, moved: 12..<13) + phones(15..<16)
        #expect(world.bindings == expected.map { "\($0.aor) \($0.contacts[0].uri ?? "")" }.sorted())
        #expect(!world.registry.isDownloading(subscription))
        #expect(
            !world.takeEvents().contains {
                if case .refreshWanted = $0 { true } else { false }
            })
        // A copy of it is too old for anything.
        let copy = world.registry.beginDocument(subscription, cseq: 2, now: world.now)
        #expect(copy == nil)
    }

    @Test func theFirstTwoNotifiesOfADialogMayPassEachOther() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        // The newer one moved 2 and ended 3; the older one, which comes later, still has both where they were.
        world.notify(
            subscription, cseq: 8,
            phones(2..<3, moved: 2..<3)
                + [registration("3", .active, contact("sip:3@192.0.2.3", id: "c3", .terminated))])
        world.wait(.milliseconds(1900))
        world.notify(subscription, .full, cseq: 7, phones(0..<5))
        let expected = phones(0..<2) + phones(2..<3, moved: 2..<3) + phones(4..<5)
        #expect(world.bindings == expected.map { "\($0.aor) \($0.contacts[0].uri ?? "")" }.sorted())
        world.wait(.milliseconds(100))
        let tooLate = world.registry.beginDocument(subscription, cseq: 6, now: world.now)
        #expect(tooLate == nil)
        world.wait(.seconds(15))
        #expect(!world.registry.isDownloading(subscription))
        #expect(world.bindings.count == 4)
    }

    @Test func aGreatLossIsAnAlarmAndIsAgreedUponOneByOne() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, phones(0..<100))
        world.wait(.seconds(20))
        func download(_ numbers: Range<Int>) -> (events: [RegistryEvent], retired: Int) {
            world.refresh(subscription)
            world.notify(subscription, .full, phones(numbers))
            _ = world.takeEvents()
            world.wait(.seconds(20))
            let events = world.takeEvents()
            return (events, events.count { if case .retired = $0 { true } else { false } })
        }
        func isHeld(_ events: [RegistryEvent]) -> Bool {
            events.contains { if case .sweepHeld = $0 { true } else { false } }
        }
        let first = download(0..<79)
        #expect(first.events.contains(.sweepHeld(subscription, missing: 21, of: 100)) && first.retired == 0)
        // The second one agrees about 85 to 99; 79 to 84 are back, and 0 to 9 missing for the first time: few.
        let second = download(10..<85)
        #expect(second.retired == 15 && !isHeld(second.events))
        #expect(download(10..<85).retired == 10)
        #expect(world.registry.counts().active == 75)

        // Two downloads that do not agree hold twice.
        #expect(download(10..<60).events.contains(.sweepHeld(subscription, missing: 25, of: 75)))
        #expect(download(35..<85).events.contains(.sweepHeld(subscription, missing: 25, of: 75)))
        #expect(world.registry.counts().active == 75)
        #expect(download(35..<85).retired == 25)
        // A server that has recovered retires nobody.
        #expect(download(35..<50).events.contains(.sweepHeld(subscription, missing: 35, of: 50)))
        #expect(download(35..<85).retired == 0)
        #expect(download(35..<50).events.contains(.sweepHeld(subscription, missing: 35, of: 50)))
    }

    @Test func theNumbersOfDownloadsMayRunOut() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, phones(0..<20))
        world.wait(.seconds(20))
        for round in 0..<300 {
            world.refresh(subscription)
            world.notify(subscription, .full, phones(0..<20))
            if round % 3 == 0 { world.wait(.seconds(20)) }
        }
        #expect(world.registry.counts().active == 20)
        for _ in 0..<2 {
            world.refresh(subscription)
            world.notify(subscription, .full, phones(0..<18))
            world.wait(.seconds(20))
        }
        #expect(world.registry.counts().active == 18)
    }

    /// The second download is the one at which all sightings are numbered anew.
    @Test func theNumbersRunOutBetweenTwoDownloads() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, phones(0..<20))
        world.wait(.seconds(20))
        func download(_ numbers: Range<Int>) -> [String] {
            world.refresh(subscription)
            world.notify(subscription, .full, phones(numbers))
            world.wait(.seconds(20))
            return world.takeChanges().filter { $0.hasPrefix("retired") }
        }
        for _ in 0..<260 { #expect(download(0..<20) == []) }
        // Wherever the numbers end, one download alone retires nobody.
        for _ in 0..<260 { #expect(download(0..<15) == [] && download(5..<20) == []) }
        for _ in 0..<2 { #expect(download(0..<20) == []) }
        #expect(world.registry.counts().active == 20)
        _ = download(0..<19)
        #expect(download(0..<19) == ["retired sip:19@192.0.2.19"])
    }

    /// What could not be read, or found no room, may have been the end of the first download too.
    @Test(arguments: [true, false])
    func aDocumentThatIsLostBetweenTwoDownloadsParts(isUnreadable: Bool) {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, phones(0..<40))
        world.wait(.seconds(20))
        func download() -> Int {
            world.refresh(subscription)
            world.notify(subscription, .full, phones(0..<36))
            world.wait(.seconds(100))
            return world.registry.counts().retired
        }
        #expect(download() == 0)
        world.refresh(subscription)
        if isUnreadable {
            world.notify(subscription, octets: Array("<reginfo".utf8))
        } else {
            world.cseq[subscription] = 3
            world.registry.loseDocument(subscription, cseq: 3, .noRoom, now: world.now)
        }
        world.wait(.seconds(100))
        #expect(download() == 0)
        #expect(download() == 4)
    }

    /// A SIP Server that begins a new dialog at each refresh never agrees: its devices stay, and it is asked ever more seldom.
    @Test func whoNeverAgreesIsAskedEverMoreSeldom() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, phones(0..<20))
        world.wait(.seconds(20))
        _ = world.takeEvents()
        var asked = 0
        world.refresh(subscription)
        world.notify(subscription, .full, phones(0..<19))
        for _ in 0..<(12 * 60) {
            world.wait(.seconds(60))
            guard world.takeEvents().contains(.refreshWanted(subscription, .heldSweep)) else { continue }
            asked += 1
            world.registry.beginDownload(subscription, newDialog: true, now: world.now)
            world.registry.acceptDownload(subscription, now: world.now)
            world.notify(subscription, .full, phones(0..<19))
        }
        #expect(world.registry.counts().retired == 0)
        // At once, then a minute, two, four up to 64 behind the one before: 17 or so in twelve hours.
        #expect((10...20).contains(asked), "\(asked)")
    }

    @Test func whatCouldNotBeReadIsNotGone() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, phones(0..<3))
        world.wait(.seconds(20))
        let bad = RegInfoDocument(version: 1, state: .full, registrations: phones(0..<2)).serialised()
        // The contact of 1 loses its id, and 2 is not listed.
        let text = String(decoding: bad, as: UTF8.self).replacing("id=\"c1\" ", with: "")
        for _ in 0..<2 {
            world.refresh(subscription)
            world.notify(subscription, octets: Array(text.utf8))
            world.wait(.seconds(20))
        }
        #expect(world.bindings == ["sip:0@pbx sip:0@192.0.2.0", "sip:1@pbx sip:1@192.0.2.1"])

        // A registration that cannot be read may be any.
        let worse = String(decoding: bad, as: UTF8.self).replacing("aor=\"sip:1@pbx\"", with: "")
        for _ in 0..<2 {
            world.refresh(subscription)
            world.notify(subscription, octets: Array(worse.utf8))
            world.wait(.seconds(20))
        }
        #expect(world.bindings.count == 2)
        #expect(!world.registry.isDownloading(subscription))
    }

    /// A document of phones `first` to 999 of a thousand, written without the help of values: for the sake of time.
    private func thousand(_ number: Int, from first: Int = 0) -> [UInt8] {
        var text = "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"0\" state=\"full\">"
        for phone in (number * 1000 + first)..<(number * 1000 + 1000) {
            text += "<registration aor=\"sip:\(200_000 + phone)@pbx\" id=\"r\(phone)\" state=\"active\"><contact id=\"c"
            text += "\(phone)\" state=\"active\" event=\"registered\" expires=\"3600\"><uri>sip:\(phone)@10.0."
            text += "\(phone / 250).\(phone % 250)</uri></contact></registration>"
        }
        return Array((text + "</reginfo>").utf8)
    }

    @Test func fourThousandDevicesInPieces() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        for number in 0..<4 { world.notify(subscription, octets: thousand(number)) }
        world.wait(.seconds(15))
        #expect(world.registry.counts().active == 4_000)
        #expect(world.registry.lookup(dn: "203999").first?.record.ip == IPAddress("10.0.15.249"))
        _ = world.takeEvents()
        for _ in 0..<2 {
            world.refresh(subscription)
            for number in 0..<4 { world.notify(subscription, octets: thousand(number, from: number == 3 ? 100 : 0)) }
            world.wait(.seconds(15))
        }
        #expect(world.takeChanges().count == 100)
        #expect(world.registry.counts().retired == 100)
    }
}
