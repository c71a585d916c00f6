/// The texts of all devices: blocks of 256 KiB, filled one after the other. A device's texts form one entry. What is
/// given up leaves a hole; a block with more holes than texts is emptied into the current one, a slice at a time, and
/// used again.
struct TextArena: Equatable, Sendable {
    /// The texts of a device, in the order in which they stand in an entry.
    enum Field: Int, CaseIterable {
        case aor, contactURI, instance, received, path, userAgent
    }

    /// Longest texts; what is longer is cut off by the caller, or not taken.
    static let longText = 8192
    static let shortText = 255

    private static let blockOctets = 256 << 10
    /// A block with fewer live octets is emptied. High, because what it costs is processor time for a move, and what it
    /// saves is an eighth of the memory of all devices at most.
    private static let emptyBelow = blockOctets / 8 * 7
    // slot 4, octets of the entry in units of four 2, lengths 2 + 2 + 1 + 1 + 1 + 1
    private static let headOctets = 14

    private var blocks: [[UInt8]] = []
    private var liveOctets: [Int] = []
    private var freeBlocks: [Int] = []
    private var current: Int?
    /// The block that is being emptied and the place of its next entry.
    private var emptying: (block: Int, position: Int)?
    private var emptyable: [Int] = []
    private var isEmptyable: [Bool] = []
    private(set) var liveTotal = 0

    /// Octets of all blocks.
    var capacity: Int { (blocks.count - freeBlocks.count) * Self.blockOctets }

    static func == (a: TextArena, b: TextArena) -> Bool {
        a.blocks == b.blocks && a.current == b.current && a.liveOctets == b.liveOctets
    }

    // MARK: Entries

    /// Writes an entry and answers where it is: in place of `old` if it fits there, else behind all others. `nil`, and
    /// nothing changed, when the places are used up.
    mutating func write(slot: UInt32, texts: DeviceTexts, over old: UInt32?) -> UInt32? {
        let padded = (Self.headOctets + texts.count + 3) & ~3
        if let old {
            let (block, offset) = Self.split(old)
            let there = Self.entryOctets(blocks[block], offset)
            if padded <= there, padded + 32 > there {
                blocks[block].withUnsafeMutableBytes {
                    Self.fill(UnsafeMutableRawBufferPointer(rebasing: $0[offset...]), slot, there, texts)
                }
                return old
            }
        }
        guard padded <= 0xffff, let block = room(for: padded) else { return nil }
        let offset = blocks[block].count
        blocks[block].append(addingCapacity: padded) { span in
            span.withUnsafeMutableBufferPointer { area, count in
                Self.fill(UnsafeMutableRawBufferPointer(area), slot, padded, texts)
                count = padded
            }
        }
        liveOctets[block] += padded
        liveTotal += padded
        if let old { free(old) }
        return UInt32(block) << 16 | UInt32(offset / 4)
    }

    /// Writes an entry of `octets` at the beginning of an area, which has not more, or is one that was written before.
    private static func fill(
        _ area: UnsafeMutableRawBufferPointer, _ slot: UInt32, _ octets: Int, _ texts: DeviceTexts
    ) {
        func put(_ number: Int, at offset: Int) {
            let number = UInt16(truncatingIfNeeded: number).littleEndian
            area.storeBytes(of: number, toByteOffset: offset, as: UInt16.self)
        }
        area.storeBytes(of: slot.littleEndian, toByteOffset: 0, as: UInt32.self)
        put(octets / 4, at: 4)
        put(texts.aor.count, at: 6)
        put(texts.contactURI.count, at: 8)
        area[10] = UInt8(truncatingIfNeeded: texts.instance.count)
        area[11] = UInt8(truncatingIfNeeded: texts.received.count)
        area[12] = UInt8(truncatingIfNeeded: texts.path.count)
        area[13] = UInt8(truncatingIfNeeded: texts.userAgent.count)
        var position = headOctets
        func put(_ text: UnsafeBufferPointer<UInt8>) {
            guard let source = text.baseAddress, let target = area.baseAddress else { return }
            (target + position).copyMemory(from: source, byteCount: text.count)
            position += text.count
        }
        put(texts.aor)
        put(texts.contactURI)
        put(texts.instance)
        put(texts.received)
        put(texts.path)
        put(texts.userAgent)
        while position < octets {
            area[position] = 0
            position += 1
        }
    }

    /// Gives an entry up.
    mutating func free(_ place: UInt32) {
        let (block, offset) = Self.split(place)
        let octets = Self.entryOctets(blocks[block], offset)
        liveOctets[block] -= octets
        liveTotal -= octets
        if liveOctets[block] == 0, block != current, emptying?.block != block {
            release(block)
        } else if block != current {
            considerEmptying(block)
        }
    }

    private mutating func considerEmptying(_ block: Int) {
        guard liveOctets[block] < Self.emptyBelow, !isEmptyable[block], emptying?.block != block else { return }
        isEmptyable[block] = true
        emptyable.append(block)
    }

    /// The octets of a text, copied.
    func text(_ field: Field, at place: UInt32) -> [UInt8] {
        withText(field, at: place) { Array($0) }
    }

    /// Calls `body` with the octets of a text; they are valid during the call.
    func withText<Result>(
        _ field: Field, at place: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        let (block, offset) = Self.split(place)
        return blocks[block].withUnsafeBufferPointer { octets in
            body(UnsafeBufferPointer(rebasing: octets[Self.range(of: field, in: octets, offset)]))
        }
    }

    /// Calls `body` with all texts of an entry; they are valid during the call.
    func withTexts<Result>(at place: UInt32, _ body: (DeviceTexts) -> Result) -> Result {
        let (block, offset) = Self.split(place)
        return blocks[block].withUnsafeBufferPointer { octets in
            var start = offset + Self.headOctets
            func next(_ count: Int) -> UnsafeBufferPointer<UInt8> {
                defer { start += count }
                return UnsafeBufferPointer(rebasing: octets[start..<(start + count)])
            }
            return body(
                DeviceTexts(
                    aor: next(Int(octets[offset + 6]) | Int(octets[offset + 7]) << 8),
                    contactURI: next(Int(octets[offset + 8]) | Int(octets[offset + 9]) << 8),
                    instance: next(Int(octets[offset + 10])), received: next(Int(octets[offset + 11])),
                    path: next(Int(octets[offset + 12])), userAgent: next(Int(octets[offset + 13]))))
        }
    }

    /// Whether a text has exactly these octets.
    func isEqual(_ field: Field, at place: UInt32, to other: UnsafeBufferPointer<UInt8>) -> Bool {
        withText(field, at: place) { $0.hasSameOctets(as: other) }
    }

    /// What of an entry is equal to the texts of a contact.
    struct Match {
        var isSameContact: Bool
        var hasInstance: Bool
        var isSameInstance: Bool
        /// Received, path and User-Agent.
        var hasSameRest: Bool
    }

    /// Compares an entry with a contact; `nil` when it is of another address of record.
    func match(_ place: UInt32, _ texts: DeviceTexts) -> Match? {
        let (block, offset) = Self.split(place)
        return blocks[block].withUnsafeBufferPointer { octets in
            var start = offset + Self.headOctets
            func next(_ count: Int) -> UnsafeBufferPointer<UInt8> {
                defer { start += count }
                return UnsafeBufferPointer(rebasing: octets[start..<(start + count)])
            }
            let aor = Int(octets[offset + 6]) | Int(octets[offset + 7]) << 8
            guard next(aor).hasSameOctets(as: texts.aor) else { return nil }
            let uri = next(Int(octets[offset + 8]) | Int(octets[offset + 9]) << 8)
            let instance = next(Int(octets[offset + 10]))
            return Match(
                isSameContact: uri.hasSameOctets(as: texts.contactURI), hasInstance: !instance.isEmpty,
                isSameInstance: !instance.isEmpty && instance.hasSameOctets(as: texts.instance),
                hasSameRest: next(Int(octets[offset + 11])).hasSameOctets(as: texts.received)
                    && next(Int(octets[offset + 12])).hasSameOctets(as: texts.path)
                    && next(Int(octets[offset + 13])).hasSameOctets(as: texts.userAgent))
        }
    }

    // MARK: Emptying

    /// Whether a block waits to be emptied.
    var hasWork: Bool { emptying != nil || !emptyable.isEmpty }

    /// Moves up to `limit` entries out of a block that is mostly holes. `isLive` says whether the entry at a place
    /// still belongs to a slot; `moved` is told where it went.
    mutating func compact(limit: Int, isLive: (UInt32, UInt32) -> Bool, moved: (UInt32, UInt32) -> Void) {
        if emptying == nil {
            guard let block = emptyable.popLast() else { return }
            isEmptyable[block] = false
            guard block != current, liveOctets[block] > 0 else { return }
            emptying = (block, 0)
        }
        guard case (let block, var position)? = emptying else { return }
        var count = 0
        while position < blocks[block].count, count < limit {
            count += 1
            let octets = Self.entryOctets(blocks[block], position)
            let slot = blocks[block].integer32(at: position)
            let place = UInt32(block) << 16 | UInt32(position / 4)
            if isLive(slot, place) {
                // Without room nothing is moved; the texts stay where they are.
                guard let target = room(for: octets), target != block else {
                    emptying = nil
                    return
                }
                let newPlace = UInt32(target) << 16 | UInt32(blocks[target].count / 4)
                let entry = Array(blocks[block][position..<(position + octets)])
                blocks[target].append(contentsOf: entry)
                liveOctets[target] += octets
                liveOctets[block] -= octets
                moved(slot, newPlace)
            }
            position += octets
        }
        if position >= blocks[block].count {
            emptying = nil
            if liveOctets[block] == 0 { release(block) }
        } else {
            emptying = (block, position)
        }
    }

    // MARK: Blocks

    private mutating func room(for octets: Int) -> Int? {
        if let current, blocks[current].count + octets <= Self.blockOctets { return current }
        if let old = current {
            current = nil
            if liveOctets[old] == 0 { release(old) } else { considerEmptying(old) }
        }
        if let block = freeBlocks.popLast() {
            blocks[block].reserveCapacity(Self.blockOctets)
            current = block
        } else if blocks.count < 1 << 16 {
            var block: [UInt8] = []
            block.reserveCapacity(Self.blockOctets)
            blocks.append(block)
            liveOctets.append(0)
            isEmptyable.append(false)
            current = blocks.count - 1
        }
        return current
    }

    private mutating func release(_ block: Int) {
        blocks[block] = []
        freeBlocks.append(block)
        if isEmptyable[block] {
            isEmptyable[block] = false
            emptyable.removeAll { $0 == block }
        }
    }

    // MARK: Layout

    private static func split(_ place: UInt32) -> (block: Int, offset: Int) {
        (Int(place >> 16), Int(place & 0xffff) * 4)
    }

    private static func entryOctets(_ block: [UInt8], _ offset: Int) -> Int {
        (Int(block[offset + 4]) | Int(block[offset + 5]) << 8) * 4
    }

    private static func range(
        of field: Field, in block: UnsafeBufferPointer<UInt8>, _ offset: Int
    ) -> Range<Int> {
        let aor = Int(block[offset + 6]) | Int(block[offset + 7]) << 8
        let uri = Int(block[offset + 8]) | Int(block[offset + 9]) << 8
        var start = offset + headOctets
        switch field {
        case .aor: return start..<(start + aor)
        case .contactURI: return (start + aor)..<(start + aor + uri)
        case .instance, .received, .path, .userAgent:
            start += aor + uri
            for other in Field.instance.rawValue..<field.rawValue { start += Int(block[offset + 8 + other]) }
            return start..<(start + Int(block[offset + 8 + field.rawValue]))
        }
    }
}

extension [UInt8] {
    fileprivate func integer32(at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << (8 * UInt32($1)) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Eight octets at a time: it decides for each contact of a download whether anything changed.
    func hasSameOctets(as other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count else { return false }
        let (a, b) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
        var index = 0
        while index + 8 <= a.count {
            if a.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            {
                return false
            }
            index += 8
        }
        while index < a.count {
            if a[index] != b[index] { return false }
            index += 1
        }
        return true
    }
}
