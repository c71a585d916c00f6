/// The texts of a device as they lie somewhere, valid for as long as that does.
struct DeviceTexts {
    typealias Octets = UnsafeBufferPointer<UInt8>

    var aor: Octets
    var contactURI: Octets
    var instance: Octets
    var received: Octets
    var path: Octets
    var userAgent: Octets

    /// Octets of all of them.
    var count: Int {
        aor.count + contactURI.count + instance.count + received.count + path.count + userAgent.count
    }
}
