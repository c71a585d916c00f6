import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Addresses of record from a file, and learnt from callers.
@Suite struct AddressTests {
    private static let path = "/etc/e911d/phones.txt"

    private func house(_ change: (inout SubscriptionChoices) -> Void, restoring: StoredState = .init()) -> NodeHarness {
        var site = NodeHarness.site()
        site.callServers[0].members.removeLast()
        site.callServers[0].subscription.target = .addressesOfRecord
        change(&site.callServers[0].subscription)
        return NodeHarness(site: site, restoring: restoring)
    }

    /// Without those that were sent again for want of an answer.
    private func subscribed(_ house: NodeHarness) -> [String] {
        var seen: Set<String> = []
        return house.sent.filter { $0.method == .subscribe && $0.isRequest }
            .filter { seen.insert($0.first(.callID).map { String($0) } ?? "").inserted }
            .compactMap { try? $0.requestURI() }.map { String($0.text) }
    }

    private func file(_ text: String?) -> NodeCommand {
        .addresses([AddressFile(path: Self.path, octets: text.map { Array($0.utf8) })])
    }

    private func reads(_ house: NodeHarness) -> Int {
        house.effects.count { if case .readAddresses([Self.path]) = $0 { true } else { false } }
    }

    @Test func whatAFileHolds() {
        let text = "# phones\n\nsip:2002@example.com\r\n  sip:2003@example.com\t\n2004\n \n sip:x\n"
        let file = AddressFile(path: "p", octets: Array(text.utf8))
        #expect(
            file.content
                == .addresses(
                    ["sip:2002@example.com", "sip:2003@example.com"],
                    skipped: [.init(number: 5, column: 1, text: "2004"), .init(number: 7, column: 2, text: "sip:x")]))
        #expect(AddressFile(path: "p", octets: nil).content == .unusable("cannot be read"))
        #expect(AddressFile(path: "p", octets: []).content == .addresses([], skipped: []))
    }

    @Test func aFileIsReadAndReadAgain() {
        var house = house {
            $0.aors = ["sip:2001@example.com"]
            $0.aorsFile = Self.path
        }
        #expect(reads(house) == 1 && subscribed(house) == ["sip:2001@example.com"])
        house.command(file("sip:2002@example.com\nsip:2001@example.com\n"))
        #expect(subscribed(house) == ["sip:2001@example.com", "sip:2002@example.com"])
        house.command(.reload)
        #expect(reads(house) == 2)
        house.command(file("sip:2003@example.com\nbad\n"))
        house.advance(by: .seconds(1))
        #expect(subscribed(house).last == "sip:2003@example.com")
        #expect(house.notes.contains("aors.line"))
        guard case .status(let status) = house.ask(.status) else { return }
        #expect(status.callServers[0].subscriptions == 2)
    }

    /// A file that is gone, or empty for a moment, ends nothing.
    @Test(arguments: [nil, "", "# nothing\n"] as [String?])
    func whatWasKnownServesOn(_ text: String?) {
        var house = house { $0.aorsFile = Self.path }
        house.command(file("sip:2001@example.com\n"))
        house.command(.reload)
        house.command(file(text))
        #expect(house.notes.contains("aors.file"))
        guard case .status(let status) = house.ask(.status) else { return }
        #expect(status.callServers[0].subscriptions == 1)
    }

    @Test func anotherSiteForgetsTheFile() throws {
        var house = house { $0.aorsFile = Self.path }
        house.command(file("sip:2001@example.com\n"))
        var site = try #require(house.node.site?.configuration)
        site.callServers[0].subscription.aorsFile = nil
        #expect(house.ask(.apply(site, by: "a")) == .done)
        #expect(house.node.addressFiles.isEmpty)
        house.command(file("sip:2001@example.com\n"))
        #expect(house.node.addressFiles.isEmpty)
    }

    @Test func aCallerWhomNobodyKnowsIsLearnt() throws {
        var house = house { $0.learn = 2 }
        #expect(subscribed(house).isEmpty)
        for (index, caller) in ["2001", "2001", "2002", "2003"].enumerated() {
            house.receive(NodeHarness.invite("911", from: caller, callID: "c\(index)", branch: "b\(index)"))
            #expect(house.last?.status == 302)
            house.advance(by: .milliseconds(100))
        }
        #expect(subscribed(house) == ["sip:2001@example.com", "sip:2002@example.com"])
        #expect(house.notes.count { $0 == "aors.learnt" } == 2 && house.notes.contains("aors.full"))
        guard case .status(let status) = house.ask(.status) else { return }
        #expect(status.counters.first { $0.name == "aors.not-learnt" }?.value == 1)
        // Another site keeps what is learnt, as long as it wants to learn.
        var site = try #require(house.node.site?.configuration)
        site.callServers[0].subscription.learn = 1
        #expect(house.ask(.apply(site, by: "a")) == .done)
        guard case .status(let fewer) = house.ask(.status) else { return }
        #expect(fewer.callServers[0].subscriptions == 1)
    }

    @Test func whoeverIsListedIsNotLearnt() {
        var house = house {
            $0.aors = ["sip:2001@pbx.example.com"]
            $0.learn = 10
        }
        house.receive(NodeHarness.invite("911", from: "2001"))
        house.receive(NodeHarness.invite("933", from: "2002", callID: "t", branch: "t"))
        house.receive(
            NodeHarness.invite("911", from: "2003", callID: "u", branch: "u", via: "203.0.113.9:5060"),
            from: NodeHarness.stranger)
        house.advance(by: .seconds(1))
        #expect(subscribed(house) == ["sip:2001@pbx.example.com", "sip:2002@example.com"])
    }

    /// The device that was found is in the store, and its address is learnt from there.
    @Test func whatWasLearntIsLearntAgainAtAStart() throws {
        let record = DeviceRecord(
            callServer: "main", aor: "sip:2001@example.com", contactURI: "sip:2001@10.1.2.7:5060",
            registeredAt: WallTime(milliseconds: 1_795_524_000_000), lastSeen: WallTime(milliseconds: 1_795_524_000_000)
        )
        var state = StoredState()
        state.devices = [record.row]
        var later = house(
            {
                $0.learn = 10
                $0.aorsFile = Self.path
            }, restoring: state)
        later.advance(by: .seconds(1))
        #expect(subscribed(later).isEmpty)
        later.command(file("sip:2002@example.com\n"))
        later.advance(by: .seconds(1))
        #expect(Set(subscribed(later)) == ["sip:2001@example.com", "sip:2002@example.com"])
        #expect(later.node.learnt["main"]?.list == ["sip:2001@example.com"])
        // One that the file lists is none.
        var listed = house(
            {
                $0.learn = 10
                $0.aorsFile = Self.path
            }, restoring: state)
        listed.command(file("sip:2001@example.com\n"))
        listed.advance(by: .seconds(1))
        #expect(subscribed(listed) == ["sip:2001@example.com"])
        #expect(listed.node.learnt["main"]?.list == [])
    }
}
