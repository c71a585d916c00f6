/// The place of an element in a ``SlotTable``: an index, and the number of elements that stood there before.
///
/// Identifiers of elements that are gone stay harmless: their generation no longer fits.
package struct SlotID: Hashable, Comparable, Sendable {
    package let index: UInt32
    package let generation: UInt32

    package init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    package static func < (a: SlotID, b: SlotID) -> Bool {
        (a.index, a.generation) < (b.index, b.generation)
    }
}

/// Values in an array of slots that are used again, found by ``SlotID``. Goes through them in the order of their
/// slots, which is the same in every process.
package struct SlotTable<Element: Sendable>: Sendable {
    private struct Slot: Sendable {
        var generation: UInt32 = 0
        /// Beside the element: to look whether that is there copies it.
        var isTaken = true
        var element: Element?
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []

    package init() {}

    /// How many elements there are.
    package var count: Int { slots.count - free.count }

    package mutating func insert(_ element: Element) -> SlotID {
        if let index = free.popLast() {
            slots[Int(index)].element = element
            slots[Int(index)].isTaken = true
            return SlotID(index: index, generation: slots[Int(index)].generation)
        }
        slots.append(Slot(element: element))
        return SlotID(index: UInt32(slots.count - 1), generation: 0)
    }

    /// The element, or `nil` if it is gone. Setting does nothing then.
    package subscript(_ id: SlotID) -> Element? {
        get {
            guard contains(id) else { return nil }
            return slots[Int(id.index)].element
        }
        _modify {
            if contains(id) {
                yield &slots[Int(id.index)].element
            } else {
                var gone: Element?
                yield &gone
            }
        }
    }

    /// Has `body` look at the element, or change it, in its place: to copy a large one takes longer than most of what is done
    /// with it. `nil` if it is gone.
    @inline(__always)
    package mutating func inPlace<Result>(_ id: SlotID, _ body: (inout Element?) -> Result?) -> Result? {
        guard contains(id) else { return nil }
        return body(&slots[Int(id.index)].element)
    }

    package func contains(_ id: SlotID) -> Bool {
        let index = Int(id.index)
        let slots = slots.span
        return index < slots.count && slots[index].generation == id.generation && slots[index].isTaken
    }

    @discardableResult
    package mutating func remove(_ id: SlotID) -> Element? {
        guard contains(id) else { return nil }
        let index = Int(id.index)
        let element = slots[index].element.take()
        slots[index].generation &+= 1
        slots[index].isTaken = false
        free.append(id.index)
        return element
    }

    /// The identifiers of all elements, in the order of their slots.
    package var ids: [SlotID] {
        var result: [SlotID] = []
        result.reserveCapacity(count)
        for (index, slot) in slots.enumerated() where slot.element != nil {
            result.append(SlotID(index: UInt32(index), generation: slot.generation))
        }
        return result
    }
}
