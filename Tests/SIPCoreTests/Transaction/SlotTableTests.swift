import E911Values
import Testing

@testable import SIPCore

@Suite struct SlotTableTests {
    @Test func identifiersOfElementsThatAreGoneFindNothing() {
        var table = SlotTable<String>()
        let a = table.insert("a")
        let b = table.insert("b")
        #expect(table.remove(a) == "a")
        #expect(table.remove(a) == nil)
        let c = table.insert("c")
        #expect(c.index == a.index && c != a)
        #expect(table[a] == nil)
        table[a]? = "x"
        #expect(table[c] == "c")
        table[b]? = "B"
        #expect(table[b] == "B")
        #expect(table.ids == [c, b])
        #expect(table.count == 2)
    }

    @Test func timersComeUpByTimeThenInTheOrderOfTheirSetting() {
        var generator = SeededGenerator(seed: 7)
        var queue = TimerQueue<Int>()
        var expected: [(Int, Int)] = []
        for number in 0..<1000 {
            let time = Int.random(in: 0..<50, using: &generator)
            queue.insert(number, at: at(time))
            expected.append((time, number))
        }
        expected.sort { $0 < $1 }
        #expect(queue.next == at(expected[0].0))
        var got: [Int] = []
        for now in 0..<50 {
            while let due = queue.popDue(at(now)) {
                #expect(due.deadline == at(now))
                got.append(due.owner)
            }
        }
        #expect(got == expected.map(\.1))
        #expect(queue.count == 0 && queue.next == nil)
    }
}
