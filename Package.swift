// swift-tools-version: 6.2
import PackageDescription

// Two traits keep the pure libraries free of packages: a tool that depends on SIPCore with `traits: []` resolves
// nothing else. Adapters stand under `#if Transport` or `#if Daemon`.
let transport: TargetDependencyCondition? = .when(traits: ["Transport"])
let daemon: TargetDependencyCondition? = .when(traits: ["Daemon"])

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio", condition: transport),
    .product(name: "NIOPosix", package: "swift-nio", condition: transport),
]
let tls: [Target.Dependency] = [
    .product(name: "NIOSSL", package: "swift-nio-ssl", condition: transport),
    .product(name: "NIOTLS", package: "swift-nio", condition: transport),
]
let pure: [Target.Dependency] = [
    "E911Values", "SIPCore", "RegInfo", "Locations", "ELINEngine", "Alerting", "E911Service",
]

let package = Package(
    name: "e911d",
    products: [
        .library(name: "E911Values", targets: ["E911Values"]),
        .library(name: "SIPCore", targets: ["SIPCore"]),
        .library(name: "RegInfo", targets: ["RegInfo"]),
        .library(name: "Locations", targets: ["Locations"]),
        .library(name: "ELINEngine", targets: ["ELINEngine"]),
        .library(name: "Alerting", targets: ["Alerting"]),
        .library(name: "E911Service", targets: ["E911Service"]),
        .library(name: "SIPTransport", targets: ["SIPTransport"]),
        .library(name: "E911Simulation", targets: ["E911Simulation"]),
        .executable(name: "e911d", targets: ["e911d"]),
        .executable(name: "e911sim", targets: ["e911sim"]),
    ],
    traits: [
        .default(enabledTraits: ["Daemon"]),
        .trait(name: "Transport", description: "SIP over real sockets: SIPTransport on SwiftNIO"),
        .trait(
            name: "Daemon", description: "everything the e911d binary needs: store, configuration, channels",
            enabledTraits: ["Transport"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        // C
        .target(name: "CBytes"),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CCAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        // Pure libraries
        library("E911Values"),
        library("SIPCore", ["E911Values", "CBytes"]),
        library("RegInfo", ["E911Values", "CLibXML2"]),
        library("Locations", ["E911Values"]),
        library("ELINEngine", ["E911Values"]),
        library("Alerting", ["E911Values"]),
        library(
            "E911Service", ["E911Values", "SIPCore", "RegInfo", "Locations", "ELINEngine", "Alerting", "CPCRE2"]),
        library("E911Simulation", pure),
        // Adapters
        library(
            "SIPTransport",
            [
                "E911Values", "SIPCore", .target(name: "COpenSSL", condition: transport),
                .target(name: "CCAres", condition: transport),
            ] + nio + tls),
        library(
            "E911Store",
            pure + [
                .product(name: "GRDB", package: "GRDB.swift", condition: daemon),
                .product(name: "GRDBSQLite", package: "GRDB.swift", condition: daemon),
            ]),
        library("E911StorePostgres", pure + ["E911Store", .target(name: "CLibPQ", condition: daemon)]),
        library("E911Configuration", pure + [.product(name: "Yams", package: "Yams", condition: daemon)]),
        library("E911Control", pure + nio),
        library(
            "AlertChannels",
            [
                "E911Values", "Alerting", .target(name: "CCurl", condition: daemon),
                .target(name: "COpenSSL", condition: daemon),
            ]),
        .target(
            name: "E911Console",
            dependencies: [
                "E911Values", "SIPCore", "Locations", "ELINEngine", "Alerting", "E911Service",
                .target(name: "COpenSSL", condition: daemon),
                .product(name: "Hummingbird", package: "hummingbird", condition: daemon),
                .product(name: "HummingbirdCore", package: "hummingbird", condition: daemon),
                .product(name: "HummingbirdTLS", package: "hummingbird", condition: daemon),
            ] + nio + tls,
            // The pages are part of the program: nothing beside it can be missing.
            resources: [.embedInCode("Pages")],
            swiftSettings: settings),
        // Executables
        .executableTarget(
            name: "e911d",
            dependencies: pure + [
                "E911Simulation", "SIPTransport", "E911Store", "E911StorePostgres", "E911Configuration", "E911Control",
                "AlertChannels",
                "E911Console",
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: daemon),
            ] + nio,
            swiftSettings: settings),
        .executableTarget(
            name: "e911sim",
            dependencies: pure + ["E911Simulation", "E911Configuration"],
            swiftSettings: settings),
        // Tests, a folder per target
        tests("E911ValuesTests", ["E911Values"]),
        tests("SIPCoreTests", ["SIPCore", "E911Values"]),
        tests("RegInfoTests", ["RegInfo", "E911Values"]),
        tests("LocationsTests", ["Locations", "E911Values"]),
        tests("ELINEngineTests", ["ELINEngine", "E911Values"]),
        tests("AlertingTests", ["Alerting", "E911Values"]),
        tests("E911ServiceTests", pure),
        tests("E911SimulationTests", pure + ["E911Simulation"]),
        tests("SIPTransportTests", ["SIPTransport", "SIPCore", "E911Values"] + nio + tls),
        tests(
            "E911StoreTests",
            pure + ["E911Store", "E911StorePostgres", .product(name: "GRDB", package: "GRDB.swift", condition: daemon)]),
        tests("E911ConfigurationTests", pure + ["E911Configuration"]),
        tests("E911ControlTests", pure + ["E911Control"]),
        tests(
            "E911ConsoleTests",
            pure + [
                "E911Console", "E911Configuration",
                .product(name: "HummingbirdCore", package: "hummingbird", condition: daemon),
            ] + nio),
        tests("AlertChannelsTests", ["AlertChannels", "Alerting", "E911Values"]),
        tests(
            "e911dTests",
            ["e911d", "E911Service", "E911Store", "E911Configuration", "E911Values", "SIPTransport", "Alerting"]),
        // The checks of the fuzzers' package, over what once crashed.
        .testTarget(
            name: "FuzzTests", dependencies: ["E911Values", "SIPCore", "E911Simulation"], path: "Fuzz/Checks",
            swiftSettings: settings),
        tests("IntegrationTests", pure + ["E911Simulation", "E911Control"]),
    ]
)
