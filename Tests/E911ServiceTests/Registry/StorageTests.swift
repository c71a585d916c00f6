import E911Values
import Testing

@testable import E911Service

/// The arrays below the registry, each beside a plain model.
@Suite struct StorageTests {
    private func texts(_ parts: [[UInt8]], _ body: (DeviceTexts) -> Void) {
        DeviceRegistry.withTexts(parts, body)
    }

    @Test func aRecordHas56Octets() {
        #expect(MemoryLayout<DeviceSlot>.stride == 56)
    }

    @Test func addressesAndMACsComeBackFromTheirOctets() throws {
        var slot = DeviceSlot()
        for text in ["192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "ffff::ffff"] {
            let address = try #require(IPAddress(text))
            slot.address = address
            #expect(slot.address == address)
        }
        slot.address = nil
        #expect(slot.address == nil)
        for bits: UInt64 in [0, 1, 0xffff_ffff_ffff, 0x0008_5d00_0001] {
            slot.mac = MACAddress(bits: bits)
            #expect(slot.mac?.bits == bits)
        }
        slot.mac = nil
        #expect(slot.mac == nil)
        #expect(slot.flags == [])
    }

    @Test func segmentsGrow() {
        var array = SegmentedArray<Int>(-1)
        for value in 0..<10_000 {
            array.grow(to: value + 1)
            #expect(array[value] == -1)
            array[value] = value
        }
        array.grow(to: 5)
        #expect(array.count == 10_000)
        #expect(array[0] == 0 && array[4095] == 4095 && array[4096] == 4096 && array[9999] == 9999)
        array.grow(to: 20_000)
        #expect(array.count == 20_000 && array[9999] == 9999 && array[10_000] == -1 && array[19_999] == -1)
    }

    @Test(arguments: [1] as [UInt64])
    func theArenaKeepsTextsThroughEmptying(seed: UInt64) {
        struct Entry {
            var place: UInt32
            var parts: [[UInt8]]
        }
        var generator = SeededGenerator(seed: seed)
        var arena = TextArena()
        var model: [UInt32: Entry] = [:]
        var slots: [UInt32] = []
        func parts() -> [[UInt8]] {
            [3000, 6000, 40, 255, 3, 0].map { limit in
                let octet = UInt8.random(in: 0...255, using: &generator)
                return Array(repeating: octet, count: Int.random(in: 0...limit, using: &generator))
            }
        }
        func compact(_ limit: Int) {
            arena.compact(limit: limit) { slot, place in
                model[slot]?.place == place
            } moved: { slot, place in
                model[slot]?.place = place
            }
        }
        for step in 0..<UInt32(1500) {
            let isGrowing = step < 800
            let choice = Int.random(in: 0..<10, using: &generator)
            if choice < (isGrowing ? 6 : 3) || slots.isEmpty {
                let parts = parts()
                texts(parts) {
                    guard let place = arena.write(slot: step, texts: $0, over: nil) else { return }
                    model[step] = Entry(place: place, parts: parts)
                    slots.append(step)
                }
            } else if choice > 7 || !isGrowing && choice < 5 {
                let slot = slots.remove(at: Int.random(in: 0..<slots.count, using: &generator))
                if let entry = model.removeValue(forKey: slot) { arena.free(entry.place) }
            } else {
                let slot = slots[Int.random(in: 0..<slots.count, using: &generator)]
                guard let old = model[slot] else { continue }
                // Most moves keep the length.
                let parts = Bool.random(using: &generator) ? old.parts : parts()
                texts(parts) {
                    guard let place = arena.write(slot: slot, texts: $0, over: old.place) else { return }
                    model[slot] = Entry(place: place, parts: parts)
                }
            }
            if choice % 3 == 0 { compact(7) }
        }
        func check() {
            for slot in slots {
                guard let entry = model[slot] else { continue }
                for (field, part) in zip(TextArena.Field.allCases, entry.parts) {
                    #expect(arena.text(field, at: entry.place) == part, "seed \(seed)")
                }
            }
        }
        check()
        while arena.hasWork { compact(1000) }
        check()
        // Holes are an eighth at most, besides the block that is being filled.
        #expect(Double(arena.capacity) <= Double(arena.liveTotal) * 8 / 7 + 2 * 262_144, "seed \(seed)")
        #expect(slots.count > 100)
    }

    @Test(arguments: [4] as [UInt64])
    func theTableFindsWhatItHolds(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var table = DeviceTable()
        var model: [(slot: UInt32, user: Int, address: UInt32)] = []
        for _ in 0..<2000 {
            if model.isEmpty || Int.random(in: 0..<5, using: &generator) > 1 {
                let user = Int.random(in: 0..<350, using: &generator)
                let address = UInt32.random(in: 0..<300, using: &generator)
                texts([Array("sip:\(user)@pbx".utf8), [], [], [], [], []]) {
                    guard let slot = table.insert($0, userHash: URIParts.userHash(of: $0.aor), callServer: 0) else {
                        return
                    }
                    table.setAddress(slot, IPAddress(v4: address))
                    table.setMAC(slot, MACAddress(bits: UInt64(address)))
                    model.append((slot, user, address))
                }
            } else {
                let index = Int.random(in: 0..<model.count, using: &generator)
                if Bool.random(using: &generator) {
                    model[index].address = UInt32.random(in: 0..<300, using: &generator)
                    table.setAddress(model[index].slot, IPAddress(v4: model[index].address))
                    table.setMAC(model[index].slot, MACAddress(bits: UInt64(model[index].address)))
                } else {
                    let id = table.id(model[index].slot)
                    table.remove(model[index].slot)
                    #expect(table.slot(id) == nil)
                    model.swapAt(index, model.count - 1)
                    model.removeLast()
                }
            }
        }
        #expect(table.count == model.count)
        for user in 0..<350 {
            var found: [UInt32] = []
            var slot = table.first(ofUser: OctetHash.of(Array("\(user)".utf8)))
            while slot != DeviceSlot.none {
                if table.string(.aor, of: slot) == "sip:\(user)@pbx" { found.append(slot) }
                slot = table.next(ofUser: slot)
            }
            #expect(found.sorted() == model.filter { $0.user == user }.map(\.slot).sorted(), "seed \(seed)")
        }
        for address in 0..<UInt32(300) {
            let wanted = model.filter { $0.address == address }.map(\.slot).sorted()
            var found: [UInt32] = []
            var slot = table.first(ofAddress: IPAddress(v4: address))
            while slot != DeviceSlot.none {
                if table[slot].address == IPAddress(v4: address) { found.append(slot) }
                slot = table.next(ofAddress: slot)
            }
            #expect(found.sorted() == wanted, "seed \(seed)")
            found = []
            slot = table.first(ofMAC: MACAddress(bits: UInt64(address)))
            while slot != DeviceSlot.none {
                if table[slot].mac == MACAddress(bits: UInt64(address)) { found.append(slot) }
                slot = table.next(ofMAC: slot)
            }
            #expect(found.sorted() == wanted, "seed \(seed)")
        }
    }

    @Test(arguments: [6] as [UInt64])
    func theWheelRingsEachDeadlineOnce(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var wheel = DeadlineWheel(second: 1000)
        var due: [UInt32: UInt32] = [:]
        var now: UInt32 = 1000
        for slot in 0..<UInt32(1000) {
            let wanted = now + UInt32.random(in: 0...6000, using: &generator)
            due[slot] = wheel.add(slot, at: wanted)
            #expect(due[slot] == min(wanted, now + 4095))
            guard slot % 4 == 0 else { continue }
            let expected = due.values.min()
            #expect(wheel.next == expected, "seed \(seed)")
            now += UInt32.random(in: 0...40, using: &generator)
            while let entry = wheel.pop(until: now) {
                #expect(entry.second <= now)
                #expect(due.removeValue(forKey: entry.slot) == entry.second, "seed \(seed)")
            }
            #expect(due.values.allSatisfy { $0 > now })
        }
        now += 10_000
        while let entry = wheel.pop(until: now) { due.removeValue(forKey: entry.slot) }
        #expect(due.isEmpty)
        #expect(wheel.next == nil)
    }

    @Test(
        arguments: [
            ("sip:1001@192.0.2.1:5070;transport=tcp?x=y", "1001", "192.0.2.1", 5070),
            ("sip:192.0.2.7", "", "192.0.2.7", nil),
            ("SIPS:a@[2001:db8::1]:5061;x", "a", "2001:db8::1", 5061),
            ("sip:us;er=x&y@192.0.2.11;ob", "us;er=x&y", "192.0.2.11", nil),
            ("tel:+12025550101;ext=1", "+12025550101;ext=1", "", nil), ("mailto:a@b", "mailto:a", "b", nil),
            ("", "", "", nil),
            ("sip:", "", "", nil), ("sip:@", "", "", nil), ("sip:a@[::1", "a", "::1", nil),
            ("sip:a@h:99999", "a", "h", nil),
            ("sip:a@h:", "a", "h", nil), ("sip:a@h?x;y", "a", "h", nil), ("sip\u{1a}a@h", "sip\u{1a}a", "h", nil),
            ("sips", "", "sips", nil), ("si", "", "si", nil), ("tEL:5", "5", "", nil), ("sip:h;mac", "", "h", nil),
            ("192.0.2.1:5", "", "192.0.2.1", 5),
        ] as [(String, String, String, UInt16?)])
    func partsOfURIs(uri: String, user: String, host: String, port: UInt16?) {
        Array(uri.utf8).withUnsafeBufferPointer { octets in
            let parts = URIParts(octets)
            #expect(String(decoding: octets[parts.user], as: UTF8.self) == user)
            #expect(String(decoding: octets[parts.host], as: UTF8.self) == host)
            #expect(parts.port == port)
            #expect(parts.userHash == OctetHash.of(parts.userKey))
            #expect(URIParts.userHash(of: octets) == parts.userHash)
        }
    }
}
