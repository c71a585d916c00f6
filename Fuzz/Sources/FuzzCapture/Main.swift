import FuzzDriver

@main
struct Main {
    static func main() { FuzzDriver.run("FuzzCapture") }
}
