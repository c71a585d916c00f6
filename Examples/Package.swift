// swift-tools-version: 6.2
import PackageDescription

// What a stranger's package looks like. With `traits: []` it would resolve no package but e911d; the trait Transport
// brings the sockets.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
]

func program(_ name: String, _ products: [String]) -> Target {
    .executableTarget(
        name: name, dependencies: products.map { .product(name: $0, package: "e911d") }, swiftSettings: settings)
}

let package = Package(
    name: "Examples",
    dependencies: [.package(name: "e911d", path: "..", traits: ["Transport"])],
    targets: [
        program("sip-dissect", ["SIPCore"]),
        program("sip-redirect", ["E911Values", "SIPCore", "SIPTransport"]),
        program("sip-ping", ["E911Values", "SIPCore", "SIPTransport"]),
        program("reg-watch", ["E911Values", "SIPCore", "SIPTransport", "RegInfo"]),
    ]
)
