// swift-tools-version: 6.2
import PackageDescription

// What a stranger's package looks like: with `traits: []` it resolves no package but e911d.
let package = Package(
    name: "Examples",
    dependencies: [.package(name: "e911d", path: "..", traits: [])],
    targets: [
        .executableTarget(
            name: "sip-dissect", dependencies: [.product(name: "SIPCore", package: "e911d")],
            swiftSettings: [
                .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("InternalImportsByDefault"),
                .treatAllWarnings(as: .error),
            ])
    ]
)
