import Testing

@testable import RegInfo

/// Values are looked at eight octets at a time, the last eight once more.
@Suite struct OctetScanTests {
    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 24, 25])
    func eachOctetIsSeen(count: Int) {
        let clean = [UInt8](repeating: UInt8(ascii: "a"), count: count)
        #expect(clean.withUnsafeBufferPointer { !$0.hasAmpersand && !$0.hasBlankOrControl })
        for index in 0..<count {
            for (octet, isAmpersand) in [(UInt8(ascii: "&"), true), (32, false), (0, false), (127, false)] {
                var octets = clean
                octets[index] = octet
                #expect(octets.withUnsafeBufferPointer { $0.hasAmpersand } == isAmpersand, "\(octet) at \(index)")
                #expect(octets.withUnsafeBufferPointer { $0.hasBlankOrControl } == !isAmpersand, "\(octet) at \(index)")
            }
        }
        // Octets above 127 are neither.
        for octet: UInt8 in [128, 160, 166, 255] {
            let high = [UInt8](repeating: octet, count: count)
            #expect(high.withUnsafeBufferPointer { !$0.hasAmpersand && !$0.hasBlankOrControl })
        }
    }
}
