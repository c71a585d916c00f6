import Glibc
import ParseProgram
import SIPCore

/// Parses by SIPCore, as the other programs of this package parse by theirs.
@main
enum Main {
    static func main() {
        exit(parse_program(CommandLine.argc, CommandLine.unsafeArgv, routing, full))
    }
}

/// The message copied, every header located, the routing headers typed and said.
private func routing(
    _ octets: UnsafePointer<CChar>?, _ count: Int, _ fields: UnsafeMutablePointer<parse_fields>?
) -> CInt {
    do {
        let message = try SIPMessage(parsing: buffer(octets, count).span)
        guard let fields else { return 1 }
        try RoutingFields.say(message, fields)
        return 0
    } catch {
        return 1
    }
}

/// The same, and every header that has a type read as that, every list split: what sofia-sip does while it parses.
private func full(
    _ octets: UnsafePointer<CChar>?, _ count: Int, _ fields: UnsafeMutablePointer<parse_fields>?
) -> CInt {
    do {
        let message = try SIPMessage(parsing: buffer(octets, count).span)
        guard let fields, try FullDecode.read(message) > 0 else { return 1 }
        try RoutingFields.say(message, fields)
        return 0
    } catch {
        return 1
    }
}

private func buffer(_ octets: UnsafePointer<CChar>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: UnsafeRawPointer(octets)?.assumingMemoryBound(to: UInt8.self), count: count)
}
