import E911Values

/// Where all devices lie: fixed records, their texts, who of the members sees them, and the indexes by user of the AOR,
/// by address and by MAC. It knows nothing of downloads and events.
struct DeviceTable: Equatable, Sendable {
    private(set) var slots = SegmentedArray(DeviceSlot())
    private(set) var texts = TextArena()
    private var users = SlotIndex()
    private var addresses = SlotIndex()
    private var macs = SlotIndex()
    private var firstFree = DeviceSlot.none
    /// Devices that the indexes by address and by MAC do not have yet.
    private var unsettled: [Unsettled] = []
    /// Means nothing: without it the compiler would leave out what is only read.
    private var glances: UInt64 = 0
    private(set) var count = 0

    /// Members per device, at least 1.
    private(set) var stride = 1
    /// For each device and member the epoch in which the member last listed it; 0 when it does not see it.
    private var epochs = SegmentedArray<UInt8>(0)
    /// For each device and member a hash of the contact id that last named it.
    private var contactIDs = SegmentedArray<UInt32>(0)

    private struct Unsettled: Equatable, Sendable {
        var slot: UInt32
        var address: UInt64?
        var mac: UInt64?
    }

    // MARK: Records

    subscript(slot: UInt32) -> DeviceSlot { slots[Int(slot)] }

    func id(_ slot: UInt32) -> DeviceID {
        DeviceID(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// The slot of a device that is still there.
    func slot(_ id: DeviceID) -> UInt32? {
        guard Int(id.slot) < slots.count else { return nil }
        let record = slots[Int(id.slot)]
        return record.isFree || record.generation != id.generation ? nil : id.slot
    }

    /// Makes a device without sightings; `nil` when there is no room.
    ///
    /// - Parameter userHash: ``URIParts/userHash`` of the AOR.
    mutating func insert(_ texts: DeviceTexts, userHash: UInt64, callServer: UInt16) -> UInt32? {
        let slot = firstFree == DeviceSlot.none ? UInt32(slots.count) : firstFree
        guard slot != DeviceSlot.none, let place = self.texts.write(slot: slot, texts: texts, over: nil) else {
            return nil
        }
        if slot == firstFree {
            firstFree = slots[Int(slot)].nextFree
        } else {
            let count = slots.count + 1
            slots.grow(to: count)
            users.grow(to: count)
            addresses.grow(to: count)
            macs.grow(to: count)
            epochs.grow(to: count * stride)
            contactIDs.grow(to: count * stride)
        }
        var record = DeviceSlot()
        record.generation = slots[Int(slot)].generation
        record.text = place
        record.callServer = callServer
        slots[Int(slot)] = record
        count += 1
        users.insert(slot, userHash)
        return slot
    }

    /// Replaces the texts; the AOR must be the same. Without room the old ones stay.
    mutating func rewrite(_ slot: UInt32, _ texts: DeviceTexts) {
        guard let place = self.texts.write(slot: slot, texts: texts, over: slots[Int(slot)].text) else { return }
        slots[Int(slot)].text = place
    }

    /// Forgets a device. Its sightings must be cleared before.
    mutating func remove(_ slot: UInt32) {
        setAddress(slot, nil)
        setMAC(slot, nil)
        users.remove(slot, texts.withText(.aor, at: slots[Int(slot)].text) { URIParts.userHash(of: $0) })
        let record = slots[Int(slot)]
        texts.free(record.text)
        slots[Int(slot)] = DeviceSlot()
        slots[Int(slot)].generation = record.generation &+ 1
        slots[Int(slot)].nextFree = firstFree
        firstFree = slot
        for member in 0..<stride { contactIDs[Int(slot) * stride + member] = 0 }
        count -= 1
    }

    /// Changes the parts of a record that no index depends on.
    mutating func modify(_ slot: UInt32, _ body: (inout DeviceSlot) -> Void) {
        body(&slots[Int(slot)])
    }

    func text(_ field: TextArena.Field, of slot: UInt32) -> [UInt8] {
        texts.text(field, at: slots[Int(slot)].text)
    }

    func string(_ field: TextArena.Field, of slot: UInt32) -> String {
        texts.withText(field, at: slots[Int(slot)].text) { String(decoding: $0, as: UTF8.self) }
    }

    func isEqual(_ field: TextArena.Field, of slot: UInt32, to octets: UnsafeBufferPointer<UInt8>) -> Bool {
        texts.isEqual(field, at: slots[Int(slot)].text, to: octets)
    }

    func isEmpty(_ field: TextArena.Field, of slot: UInt32) -> Bool {
        texts.withText(field, at: slots[Int(slot)].text) { $0.isEmpty }
    }

    // MARK: Sightings

    func epoch(_ slot: UInt32, _ member: Int) -> UInt8 { epochs[Int(slot) * stride + member] }

    mutating func setEpoch(_ slot: UInt32, _ member: Int, _ epoch: UInt8) {
        epochs[Int(slot) * stride + member] = epoch
    }

    func contactID(_ slot: UInt32, _ member: Int) -> UInt32 { contactIDs[Int(slot) * stride + member] }

    mutating func setContactID(_ slot: UInt32, _ member: Int, _ id: UInt32) {
        contactIDs[Int(slot) * stride + member] = id
    }

    func isSeen(_ slot: UInt32) -> Bool {
        let start = Int(slot) * stride
        return (start..<(start + stride)).contains { epochs[$0] != 0 }
    }

    /// Gives each device room for `stride` members; `places` says for a call server where its members went, `nil` for
    /// one that is gone.
    mutating func relocateMembers(stride new: Int, places: [[Int?]]) {
        var newEpochs = SegmentedArray<UInt8>(0)
        var newIDs = SegmentedArray<UInt32>(0)
        newEpochs.grow(to: slots.count * new)
        newIDs.grow(to: slots.count * new)
        for slot in 0..<slots.count {
            let callServer = Int(slots[slot].callServer)
            guard !slots[slot].isFree, callServer < places.count else { continue }
            for (old, place) in places[callServer].enumerated() where old < stride {
                guard let place, place < new else { continue }
                newEpochs[slot * new + place] = epochs[slot * stride + old]
                newIDs[slot * new + place] = contactIDs[slot * stride + old]
            }
        }
        epochs = newEpochs
        contactIDs = newIDs
        stride = new
    }

    // MARK: Looking up

    /// The first device whose user key may have this hash; go on with ``next(ofUser:)``. Another key may have it too.
    func first(ofUser hash: UInt64) -> UInt32 { users.first(hash) }

    func next(ofUser slot: UInt32) -> UInt32 { users.next(slot) }

    /// Whether no other device can have the user key of this one.
    func isAloneOfUser(_ slot: UInt32) -> Bool { users.isAlone(slot) }

    /// The first device that may be at an address; go on with ``next(ofAddress:)``.
    func first(ofAddress address: IPAddress) -> UInt32 { addresses.first(Self.hash(address)) }

    func next(ofAddress slot: UInt32) -> UInt32 { addresses.next(slot) }

    /// The address and the MAC of a device that has none yet. It is not found by them before ``settle()``: the indexes take
    /// many devices in less time than one after the other.
    mutating func setIdentity(ofNew slot: UInt32, _ address: IPAddress?, _ mac: MACAddress?) {
        guard address != nil || mac != nil else { return }
        slots[Int(slot)].address = address
        slots[Int(slot)].mac = mac
        unsettled.append(
            Unsettled(slot: slot, address: address.map(Self.hash), mac: mac.map { OctetHash.mix($0.bits) }))
    }

    /// Puts the devices of ``setIdentity(ofNew:_:_:)`` into the indexes.
    mutating func settle() {
        guard !unsettled.isEmpty else { return }
        for new in unsettled {
            if let hash = new.address { glances &+= addresses.glance(hash) }
            if let hash = new.mac { glances &+= macs.glance(hash) }
        }
        for new in unsettled {
            if let hash = new.address { addresses.insert(new.slot, hash) }
            if let hash = new.mac { macs.insert(new.slot, hash) }
        }
        unsettled.removeAll(keepingCapacity: true)
    }

    /// Devices with these user hashes are going to be looked for.
    mutating func glance(atUsers hashes: some Sequence<UInt64>) {
        for hash in hashes { glances &+= users.glance(hash) }
    }

    mutating func setAddress(_ slot: UInt32, _ address: IPAddress?) {
        settle()
        let old = slots[Int(slot)].address
        guard old != address else { return }
        slots[Int(slot)].address = address
        addresses.move(slot, from: old.map(Self.hash), to: address.map(Self.hash))
    }

    private static func hash(_ address: IPAddress) -> UInt64 {
        OctetHash.mix(
            UInt64(truncatingIfNeeded: address.bits) ^ OctetHash.mix(UInt64(truncatingIfNeeded: address.bits >> 64)))
    }

    /// The first device that may have a MAC; go on with ``next(ofMAC:)``.
    func first(ofMAC mac: MACAddress) -> UInt32 { macs.first(OctetHash.mix(mac.bits)) }

    func next(ofMAC slot: UInt32) -> UInt32 { macs.next(slot) }

    mutating func setMAC(_ slot: UInt32, _ mac: MACAddress?) {
        settle()
        let old = slots[Int(slot)].mac
        guard old != mac else { return }
        slots[Int(slot)].mac = mac
        macs.move(slot, from: old.map { OctetHash.mix($0.bits) }, to: mac.map { OctetHash.mix($0.bits) })
    }

    // MARK: Memory

    /// Whether texts wait to be moved together.
    var hasWork: Bool { texts.hasWork }

    /// Moves up to `limit` texts.
    mutating func compact(limit: Int) {
        var moves: [(UInt32, UInt32)] = []
        texts.compact(limit: limit) { slot, place in
            Int(slot) < slots.count && slots[Int(slot)].text == place
        } moved: { slot, place in
            moves.append((slot, place))
        }
        for (slot, place) in moves { slots[Int(slot)].text = place }
    }
}
