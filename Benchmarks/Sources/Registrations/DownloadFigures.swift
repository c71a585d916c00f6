import E911Service
import E911Values

/// A first download of devices through a node, and an unchanged second one: their times, from the first octet of the first
/// NOTIFY to the end of the download, the rows for the store included. Afterwards each device must be there with its
/// place, its rule and its ELINs.
enum DownloadFigures {
    /// The default of `subscription-max-body-size`.
    static let bodyOctets = 14_336

    static func print(_ devices: SyntheticDevices) {
        guard var node = BenchNode(subnets: SyntheticDevices.subnets(devices.count)) else {
            die("the node sends no SUBSCRIBE")
        }
        let documents = devices.documents(0..<devices.count, octets: bodyOctets)
        let first = download(&node, documents)
        check(&node, devices)
        let rows = node.rows
        node.refresh()
        let again = download(&node, documents)
        check(&node, devices)
        guard rows == devices.count, node.rows == rows else {
            die("the store was given \(rows), then \(node.rows) rows")
        }
        guard node.alarms.isEmpty else { die("alarms: \(node.alarms)") }
        Swift.print("{\"first\": \(first), \"again\": \(again), \"notifies\": \(documents.count)}")
    }

    private static func download(_ node: inout BenchNode, _ documents: [[UInt8]]) -> Double {
        let notifies = node.notifies(of: documents)
        let before = cpuSeconds()
        node.receive(notifies)
        let isComplete = node.complete()
        let seconds = cpuSeconds() - before
        guard isComplete else { die("the download does not complete") }
        return seconds
    }

    private static func check(_ node: inout BenchNode, _ devices: SyntheticDevices) {
        var (after, known): (String?, Int) = (nil, 0)
        repeat {
            guard case .devices(let page, let next) = node.ask(.devices(after: after, limit: 100)) else {
                die("no answer about the devices")
            }
            for device in page {
                let parts = device.ip.split(separator: ".").compactMap { Int($0) }
                guard parts.count == 4, device.state == "active", device.isLocated else { die("\(device)") }
                let (building, floor) = (parts[1] - 100, parts[2] - 100)
                guard device.location == "building-\(building)-\(floor)", device.rule.contains("10.\(parts[1])"),
                    device.elins == [TelephoneNumber(digits: BenchSite.elin(building, floor))]
                else { die("\(device.aor) is not where it should be: \(device)") }
            }
            known += page.count
            after = next
        } while after != nil
        guard known == devices.count else { die("\(known) devices, not \(devices.count)") }
    }
}
