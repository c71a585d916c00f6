import E911Simulation
import E911Values
import SIPCore
import Testing

@Suite struct DatagramTests {
    @Test func aPerfectWireDeliversEverythingOnceAndInOrder() {
        let pair = Pair(seed: 5)
        pair.sendDatagrams(1000)
        pair.world.run(for: .seconds(2))
        #expect(pair.b.received.map(number(of:)) == Array(0..<1000))
    }

    @Test func lossAndDuplicationComeInTheirShare() {
        var conditions = WireConditions.perfect
        conditions.loss = 0.1
        conditions.duplication = 0.05
        let pair = Pair(seed: 11, conditions)
        pair.sendDatagrams(5000)
        pair.world.run(for: .seconds(6))
        let figures = pair.world.figures
        #expect(figures.datagramsSent == 5000)
        #expect((420...580).contains(figures.datagramsLost))
        #expect((160...290).contains(figures.datagramsDuplicated))
        #expect(figures.datagramsDelivered == 5000 - figures.datagramsLost + figures.datagramsDuplicated)
        #expect(pair.b.received.count == figures.datagramsDelivered)
        #expect(Set(pair.b.received.map(number(of:))).count == 5000 - figures.datagramsLost)
    }

    @Test func eachDirectionHasItsOwnConditions() {
        let pair = Pair(seed: 5)
        var dead = WireConditions.perfect
        dead.loss = 1
        pair.world.setConditions(dead, from: pair.b, to: pair.a)
        pair.b.command(.echo(true))
        pair.sendDatagrams(50)
        pair.world.run(for: .seconds(1))
        #expect(pair.b.received.count == 50)
        #expect(pair.a.received.count == 0)
    }

    @Test func jitterAndReorderingLetDatagramsOvertake() {
        var conditions = WireConditions.perfect
        conditions.reordering = 0.2
        let pair = Pair(seed: 6, conditions)
        pair.sendDatagrams(500)
        pair.world.run(for: .seconds(2))
        let numbers = pair.b.received.map(number(of:))
        #expect(numbers != numbers.sorted())
        #expect(numbers.sorted() == Array(0..<500))
    }

    @Test func aLargeDatagramIsLostWithAnyOfItsFragments() {
        var conditions = WireConditions.perfect
        conditions.loss = 0.05
        conditions.fragmentOctets = 1472
        let small = Pair(seed: 7, conditions)
        small.sendDatagrams(500)
        small.world.run(for: .seconds(3))
        let large = Pair(seed: 7, conditions)
        large.sendDatagrams(500, octets: 14_336)
        large.world.run(for: .seconds(3))
        // Ten fragments: 1 - 0.95^10 = 40 %.
        #expect((12...40).contains(small.world.figures.datagramsLost))
        #expect((160...240).contains(large.world.figures.datagramsLost))
    }

    @Test func aDatagramOfTheLargestSizeArrivesWhole() {
        let pair = Pair(seed: 7)
        let octets = (0..<65_507).map { UInt8($0 & 255) }
        pair.a.command(.send(octets, on: Pair.fromAToB))
        pair.world.run(for: .seconds(1))
        #expect(pair.b.received == [octets])
    }

    @Test func aPartitionLetsNothingThroughUntilItIsHealed() {
        let pair = Pair(seed: 7)
        pair.world.partition([pair.a], from: [pair.b])
        pair.sendDatagrams(10)
        pair.world.run(for: .seconds(1))
        #expect(pair.b.received.count == 0)
        pair.world.heal()
        pair.sendDatagrams(10)
        pair.world.run(for: .seconds(1))
        #expect(pair.b.received.count == 10)
    }
}
