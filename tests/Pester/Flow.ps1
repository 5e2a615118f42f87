# A steady TCP and UDP flow between two nodes of the lab, and how long it stood still. Run with pwsh in a node.
#   -Echo ADDRESS:PORT                      answers both with what comes, until it is ended; waits for the address to be there
#   -Ask ADDRESS:PORT -Until FILE           asks both every 20 ms until FILE is there; then writes FILE.json: for each the answers, the longest pause in ms,
#                                           and whether the TCP connection is still the first
param([string] $Echo, [string] $Ask, [string] $Until)

$ErrorActionPreference = 'Stop'
$address, $port = ($Echo + $Ask) -split ':'
$at = [System.Net.IPEndPoint]::new([System.Net.IPAddress]::Parse($address), [int]$port)

if ($Echo) {
    $udp = [System.Net.Sockets.Socket]::new('InterNetwork', 'Dgram', 'Udp')
    $listener = [System.Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
    $udp, $listener | ForEach-Object { $_.Bind($at) }
    $listener.Listen(16)
    $clients = [System.Collections.Generic.List[System.Net.Sockets.Socket]]::new()
    $buffer = [byte[]]::new(2048)
    while ($true) {
        $ready = [System.Collections.ArrayList]@(@($udp, $listener) + $clients)
        [System.Net.Sockets.Socket]::Select($ready, $null, $null, -1)
        foreach ($socket in $ready) {
            try {
                if ($socket -eq $listener) {
                    $client = $listener.Accept()
                    $client.NoDelay = $true
                    $clients.Add($client)
                }
                elseif ($socket -eq $udp) {
                    $from = [System.Net.EndPoint][System.Net.IPEndPoint]::new(0, 0)
                    $length = $udp.ReceiveFrom($buffer, [ref]$from)
                    $null = $udp.SendTo($buffer, 0, $length, 'None', $from)
                }
                elseif ($length = $socket.Receive($buffer)) { $null = $socket.Send($buffer, 0, $length, 'None') }
                else { $null = $clients.Remove($socket) }
            }
            catch [System.Net.Sockets.SocketException] { $null = $clients.Remove($socket) }
        }
    }
}

# The other end may not listen yet.
foreach ($try in 1..100) {
    $tcp = [System.Net.Sockets.TcpClient]::new()
    $tcp.NoDelay = $true
    try { $tcp.Connect($at); break } catch { if ($try -eq 100) { throw } else { [System.Threading.Thread]::Sleep(200) } }
}

$stream = $tcp.GetStream()
$udp = [System.Net.Sockets.UdpClient]::new()
$udp.Connect($at)
$clock = [System.Diagnostics.Stopwatch]::StartNew()
$last = @{ Tcp = 0.0; Udp = 0.0 }
$pause = @{ Tcp = 0.0; Udp = 0.0 }
$answers = @{ Tcp = 0; Udp = 0 }
$broken = $false
$buffer = [byte[]]::new(2048)
$from = [System.Net.IPEndPoint]::new(0, 0)

function Read-Answer {
    while ($udp.Available) {
        try { $null = $udp.Receive([ref]$from) } catch [System.Net.Sockets.SocketException] { break }
        Add-Answer Udp
    }

    if (-not $script:broken) {
        try {
            while ($tcp.Available) { $null = $stream.Read($buffer, 0, $buffer.Length); Add-Answer Tcp }
        }
        catch { $script:broken = $true }
    }
}

function Add-Answer([string] $Protocol) {
    $now = $clock.Elapsed.TotalMilliseconds
    $pause[$Protocol] = [Math]::Max($pause[$Protocol], $now - $last[$Protocol])
    $last[$Protocol] = $now
    $answers[$Protocol]++
}

while (-not [System.IO.File]::Exists($Until)) {
    try { $null = $udp.Send([byte[]]@(1), 1) } catch [System.Net.Sockets.SocketException] { $null = $_ }
    if (-not $broken) { try { $stream.WriteByte(1) } catch { $broken = $true } }
    [System.Threading.Thread]::Sleep(20)
    Read-Answer
    if (-not [System.IO.File]::Exists("$Until.begun") -and $answers.Tcp -and $answers.Udp) { [System.IO.File]::WriteAllText("$Until.begun", '') }
}

# What stands still to the end is a pause, too.
Add-Answer Tcp
Add-Answer Udp
[System.IO.File]::WriteAllText("$Until.json", (@{
            Tcp = @{ Answers = $answers.Tcp; Pause = [Math]::Round($pause.Tcp); Broken = $broken }
            Udp = @{ Answers = $answers.Udp; Pause = [Math]::Round($pause.Udp) }
        } | ConvertTo-Json))
