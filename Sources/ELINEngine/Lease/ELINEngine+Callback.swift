public import E911Values

extension ELINEngine {
    /// Who is behind a number. A number that is none of ours to the digit is looked up by its last ten digits, since
    /// networks write the country code in several ways.
    public func callback(to number: TelephoneNumber, now: Now) -> CallbackAnswer {
        guard let slot = table.slotOfNumber[number] else { return callback(toLastTen: number.lastTen, now: now) }
        return answer([slot], now: now)
    }

    /// The same for the last ten digits of whatever was dialled.
    ///
    /// - Parameter lastTen: 0 to 9,999,999,999.
    public func callback(toLastTen lastTen: UInt64, now: Now) -> CallbackAnswer {
        if let slots = table.slotsOfLastTen[lastTen] { return answer(slots, now: now) }
        return isInPool(lastTen) ? .outsideWindow(place: nil) : .notOurs
    }

    /// Whether a number is one of our ELINs by its last ten digits: of a place, a call server (default and test) or a
    /// pool, or one with a lease that the configuration has lost.
    public func isOurs(_ number: TelephoneNumber) -> Bool {
        isOurs(lastTen: number.lastTen)
    }

    public func isOurs(lastTen: UInt64) -> Bool {
        table.slotsOfLastTen[lastTen] != nil || isInPool(lastTen)
    }

    private func answer(_ slots: [Int], now: Now) -> CallbackAnswer {
        var latest: NumberTable.Slot?
        for slot in slots where table.slots[slot].isTaken(at: now.monotonic) {
            if latest.map({ $0.lastUse < table.slots[slot].lastUse }) ?? true { latest = table.slots[slot] }
        }
        if let lease = latest?.lease { return .caller(lease) }
        return .outsideWindow(place: slots.lazy.compactMap { table.slots[$0].place }.first)
    }

    private func isInPool(_ lastTen: UInt64) -> Bool {
        pools.pools.contains { pool in
            pool.ranges.contains { range in
                let (first, last) = (range.first.lastTen, range.last.lastTen)
                return first <= last && (first...last).contains(lastTen)
            }
        }
    }
}
