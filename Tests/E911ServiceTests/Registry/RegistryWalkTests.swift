import E911Values
import RegInfo
import Testing

@testable import E911Service

/// Random walks: a SIP Server with phones that come, move and go, over a wire that loses and swaps NOTIFYs, beside the
/// registry. After a download without loss the registry knows exactly what the server knows.
@Suite struct RegistryWalkTests {
    /// The truth.
    private struct Server {
        struct Phone {
            var host: Int?
            var id = 0
            let hasInstance: Bool
        }

        var phones: [Phone]
        var nextID = 0
        var cseq: UInt32 = 0
        var version: UInt64 = 0
        let labelling: Labelling

        init(count: Int, labelling: Labelling) {
            phones = (0..<count).map { Phone(host: nil, hasInstance: $0 % 3 != 0) }
            self.labelling = labelling
        }

        func uri(_ number: Int, _ host: Int) -> String { "sip:\(number)@192.0.2.\(host)" }

        func contact(_ number: Int, host: Int, _ state: ContactState) -> RegInfoDocument.Contact {
            var contact = RegInfoDocument.Contact(
                id: "\(phones[number].id)", state: state, event: .registered, uri: uri(number, host))
            contact.expires = 3600
            if phones[number].hasInstance {
                contact.unknownParameters = [.init("+sip.instance", "\"<urn:x:\(number)>\"")]
            }
            return contact
        }

        /// Three phones share an address of record.
        func aor(_ number: Int) -> String { "sip:\(number / 3)@pbx" }

        func registration(_ number: Int, _ contacts: [RegInfoDocument.Contact]) -> RegInfoDocument.Registration {
            .init(aor: aor(number), id: "r\(number / 3)", state: .active, contacts: contacts)
        }

        /// Something happens to a phone; what a notifier says of it.
        mutating func change(_ generator: inout SeededGenerator) -> RegInfoDocument.Registration {
            let number = Int.random(in: 0..<phones.count, using: &generator)
            let host = Int.random(in: 0..<200, using: &generator)
            guard let old = phones[number].host else {
                nextID += 1
                phones[number].id = nextID
                phones[number].host = host
                return registration(number, [contact(number, host: host, .active)])
            }
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                phones[number].host = nil
                return registration(number, [contact(number, host: old, .terminated)])
            case 1:
                // The same contact with another URI.
                phones[number].host = host
                return registration(number, [contact(number, host: host, .active)])
            case 2:
                // A new contact beside the end of the old one, in any order.
                let ended = contact(number, host: old, .terminated)
                nextID += 1
                phones[number].id = nextID
                phones[number].host = host
                let new = contact(number, host: host, .active)
                guard old != host else { return registration(number, [new]) }
                return registration(number, Bool.random(using: &generator) ? [ended, new] : [new, ended])
            default:
                return registration(number, [contact(number, host: old, .active)])
            }
        }

        var fullState: [RegInfoDocument.Registration] {
            phones.indices.compactMap { number in
                phones[number].host.map { registration(number, [contact(number, host: $0, .active)]) }
            }
        }

        var bindings: [String] {
            phones.indices.compactMap { number in
                phones[number].host.map { "\(aor(number)) \(uri(number, $0))" }
            }.sorted()
        }
    }

    @Test(arguments: Labelling.allCases, [11, 12] as [UInt64])
    func afterADownloadTheRegistryKnowsWhatTheServerKnows(labelling: Labelling, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var world = RegistryWorld()
        var server = Server(count: 45, labelling: labelling)
        let subscription = world.subscribe()
        var held: (UInt32, DocumentState, UInt64, [RegInfoDocument.Registration])?

        func deliver(
            _ state: DocumentState, _ version: UInt64, _ registrations: [RegInfoDocument.Registration], losing: Bool
        ) {
            server.cseq += 1
            switch losing ? Int.random(in: 0..<10, using: &generator) : 9 {
            case 0: break
            case 1 where held == nil: held = (server.cseq, state, version, registrations)
            default: world.notify(subscription, state, version: version, cseq: server.cseq, registrations)
            }
            if let late = held, late.0 < server.cseq {
                world.notify(subscription, late.1, version: late.2, cseq: late.0, late.3)
                held = nil
            }
        }

        func download(losing: Bool) {
            world.refresh(subscription)
            let full = server.fullState
            for (piece, start) in stride(from: 0, to: max(1, full.count), by: 12).enumerated() {
                let (state, version) = labelling.label(piece, version: &server.version)
                deliver(state, version, Array(full[start..<min(start + 12, full.count)]), losing: losing)
                if Bool.random(using: &generator), losing { change() }
            }
        }

        func change() {
            let registration = server.change(&generator)
            if labelling != .sharedVersion { server.version += 1 }
            deliver(.partial, server.version, [registration], losing: true)
        }

        for round in 0..<12 {
            for _ in 0..<Int.random(in: 0..<12, using: &generator) {
                change()
                if Int.random(in: 0..<6, using: &generator) == 0 {
                    world.wait(.seconds(Int.random(in: 0..<20, using: &generator)))
                }
            }
            if Bool.random(using: &generator) { download(losing: true) }
            // What is still on the wire comes, or is too old to be taken.
            if let late = held { world.notify(subscription, late.1, version: late.2, cseq: late.0, late.3) }
            held = nil
            // Three times: the first may end what was lost, and of the next two the second agrees.
            for _ in 0..<3 {
                world.wait(.seconds(3))
                download(losing: false)
                world.wait(.seconds(30))
            }
            #expect(world.bindings == server.bindings, "seed \(seed), round \(round)")
            let problems = world.registry.problems()
            #expect(problems == [], "seed \(seed), round \(round)")
        }
    }

    /// Without loss each document is enough by itself: the registry follows every change, and tells each once.
    @Test(arguments: [21, 22] as [UInt64])
    func withoutLossEveryChangeIsFollowedAtOnce(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var world = RegistryWorld()
        var server = Server(count: 30, labelling: .fullThenPartial)
        let subscription = world.subscribe()
        world.notify(subscription, .full, [])
        world.wait(.seconds(20))
        var known: [String: String] = [:]
        for step in 0..<300 {
            world.notify(subscription, .partial, version: UInt64(step + 1), [server.change(&generator)])
            #expect(world.bindings == server.bindings, "seed \(seed), step \(step)")
            // Events alone give the same: who applies them needs no look into the registry.
            for event in world.takeEvents() {
                func key(_ id: DeviceID) -> String { "\(id.slot).\(id.generation)" }
                func binding(_ id: DeviceID) -> String? {
                    world.registry.record(for: id).map { "\($0.aor) \($0.contactURI)" }
                }
                switch event {
                case .added(let id), .moved(let id, _), .confirmed(let id): known[key(id)] = binding(id)
                case .retired(let id), .removed(let id, _): known[key(id)] = nil
                default: break
                }
            }
            #expect(known.values.sorted() == server.bindings, "seed \(seed), step \(step)")
            if Int.random(in: 0..<10, using: &generator) == 0 {
                world.wait(.seconds(Int.random(in: 0..<3600, using: &generator)))
                _ = world.takeEvents()
            }
        }
        #expect(world.registry.problems() == [])
    }

    @Test func theSameWalkGivesTheSameRegistry() {
        func walk() -> DeviceRegistry {
            var generator = SeededGenerator(seed: 31)
            var world = RegistryWorld()
            var server = Server(count: 30, labelling: .allFull)
            let subscription = world.subscribe()
            for step in 0..<100 {
                world.notify(subscription, .partial, version: UInt64(step), [server.change(&generator)])
                world.wait(.seconds(Int.random(in: 0..<100, using: &generator)))
            }
            return world.registry
        }
        #expect(walk() == walk())
    }
}

extension DeviceRegistry {
    /// What contradicts itself in the registry.
    func problems() -> [String] {
        var problems: [String] = []
        var counts = callServers.map { _ in DeviceCounts() }
        var present = callServers.map { $0.members.map { _ in 0 } }
        var live = 0
        for slot in 0..<UInt32(table.slots.count) where !table[slot].isFree {
            let record = table[slot]
            let callServer = Int(record.callServer)
            live += 1
            counts[callServer][record.state] += 1
            if record.flags.contains(.filtered) { counts[callServer].filtered += 1 }
            for member in present[callServer].indices where table.epoch(slot, member) != 0 {
                present[callServer][member] += 1
            }
            let view = self.view(slot)
            if !lookup(dn: view.record.dn).contains(view) { problems.append("\(view.record.key) is not found") }
            if let ip = view.record.ip, !lookup(address: ip, limit: .max).contains(view) {
                problems.append("\(view.record.key) is not found by its address")
            }
            if rows(at: [slot])[0] != view.record.row { problems.append("\(view.record.key) has another row") }
            if let mac = view.record.mac, !lookup(mac: mac, limit: .max).contains(view) {
                problems.append("\(view.record.key) is not found by its MAC")
            }
            if !lookup(aor: view.record.aor).contains(view) {
                problems.append("\(view.record.key) is not found by its address of record")
            }
            if let due = dueSecond(slot), record.wheelSecond == 0 || record.wheelSecond > due {
                problems.append("\(view.record.key) has no deadline")
            }
            if record.state == .retired, table.epoch(slot, callServers[callServer].active) != 0 {
                problems.append("\(view.record.key) is retired and seen")
            }
        }
        if live != table.count { problems.append("\(live) devices, not \(table.count)") }
        for (index, state) in callServers.enumerated() {
            if counts[index] != state.counts { problems.append("counts \(state.counts), not \(counts[index])") }
            if present[index] != state.members.map(\.present) { problems.append("present \(present[index])") }
        }
        if !documents.isEmpty || !jobs.isEmpty { problems.append("work is left") }
        return problems
    }
}
