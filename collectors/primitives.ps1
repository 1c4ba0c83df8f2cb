# What igaudit asks of Windows: Windows PowerShell 5.1, ASCII only, read-only. $nonce and $plan stand before
# this text. It only fetches; what an answer means is decided on the controller.
# A frame is one line: the nonce, a name, the length of what follows, and compact ASCII JSON.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'

function Send-Frame($name, $body) {
    $json = ConvertTo-Json -InputObject $body -Depth 24 -Compress
    $json = [regex]::Replace($json, '[^ -~]', { param($m) '\u{0:x4}' -f [int][char]$m.Value })
    Write-Output ($nonce + ' ' + $name + ' ' + $json.Length + ' ' + $json)
}
function Get-Why($e) {
    $x = $e.Exception
    while ($x.InnerException) { $x = $x.InnerException }
    $w = @{ type = $x.GetType().FullName; message = $x.Message; hresult = ('0x{0:x8}' -f $x.HResult) }
    $w['id'] = '' + $e.FullyQualifiedErrorId
    $w['category'] = '' + $e.CategoryInfo.Category
    if ($x.GetType().Name -eq 'CimException') { $w['cim'] = '' + $x.NativeErrorCode }
    return $w
}
function Get-State($w) {
    if ($w['cim'] -in @('InvalidNamespace', 'InvalidClass', 'NotSupported')) { return 'absent' }
    if ($w['cim'] -eq 'AccessDenied') { return 'denied' }
    if ($w['category'] -in @('PermissionDenied', 'SecurityError')) { return 'denied' }
    if ($w['hresult'] -in @('0x80070005', '0x80041003', '0x8013150a')) { return 'denied' }
    if ($w['id'] -match '^(CommandNotFoundException|PathNotFound|DriveNotFound|NoMatchingLogsFound)') { return 'absent' }
    if ($w['id'] -like 'NoMatchingEventsFound*') { return 'empty' }
    return 'error'
}
function Get-Plain($v) {
    if ($null -eq $v) { return $null }
    if ($v -is [datetime]) {
        return $v.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    }
    if ($v -is [enum]) { return ('' + $v) }
    if ($v -is [byte[]]) { return ('hex:' + [BitConverter]::ToString($v).Replace('-', '').ToLowerInvariant()) }
    if ($v -is [string] -or $v -is [bool] -or $v -is [char] -or $v.GetType().IsPrimitive -or $v -is [decimal]) {
        return $v
    }
    if ($v -is [Collections.IEnumerable]) {
        $list = New-Object Collections.ArrayList
        foreach ($i in $v) { [void]$list.Add((Get-Plain $i)) }
        return , $list.ToArray()
    }
    return ('' + $v)
}
# Only the properties that are named: a whole object may hold a recovery password.
function Select-Plain($objects, $properties) {
    $rows = New-Object Collections.ArrayList
    foreach ($o in $objects) {
        $row = @{}
        foreach ($p in $properties) {
            try { $row[$p] = Get-Plain $o.$p } catch { $row[$p + '!'] = $_.Exception.Message }
        }
        [void]$rows.Add($row)
    }
    return , $rows.ToArray()
}

function Read-Key($path, $step, $depth) {
    $view = 'Registry64'
    if ($step.view -eq 32) { $view = 'Registry32' }
    $hive = 'LocalMachine'
    if ($step.hive -eq 'Users') { $hive = 'Users' }
    $base = [Microsoft.Win32.RegistryKey]::OpenBaseKey($hive, $view)
    try { $key = $base.OpenSubKey($path) }
    catch {
        $why = Get-Why $_
        return @{ state = (Get-State $why); why = $why }
    }
    if ($null -eq $key) { return @{ state = 'absent' } }
    $data = @{ values = @{}; names = @(); subkeys = @{} }
    try {
        $all = $key.GetValueNames()
        foreach ($n in $all) {
            if ($n -notin $step.values) { continue }
            $raw = $key.GetValue($n, $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
            $data['values'][$n] = @{ kind = ('' + $key.GetValueKind($n)); data = (Get-Plain $raw) }
        }
        $data['names'] = @($all | Where-Object { $_ -in $step.names })
        if ($depth -gt 0) {
            foreach ($child in $key.GetSubKeyNames()) {
                $data['subkeys'][$child] = Read-Key ($path + '\' + $child) $step ($depth - 1)
            }
        }
    }
    catch {
        $why = Get-Why $_
        return @{ state = (Get-State $why); why = $why }
    }
    finally { $key.Close() }
    return @{ state = 'ok'; data = $data }
}
function Read-Cim($step) {
    $rows = @(Get-CimInstance -Namespace $step.namespace -Query $step.query -OperationTimeoutSec 60)
    return , (Select-Plain $rows $step.properties)
}
function Read-Cmdlet($step) {
    $given = @{}
    if ($step.parameters) { foreach ($p in $step.parameters.PSObject.Properties) { $given[$p.Name] = $p.Value } }
    $name = $step.cmdlet
    $rows = @(& $name @given)
    return , (Select-Plain $rows $step.properties)
}
function Invoke-Program($exe, $arguments, $seconds) {
    $start = New-Object Diagnostics.ProcessStartInfo
    $start.FileName = Join-Path ([Environment]::SystemDirectory) $exe
    $start.Arguments = $arguments
    $start.UseShellExecute = $false
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.RedirectStandardInput = $true
    $start.CreateNoWindow = $true
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $bytes = New-Object IO.MemoryStream
    $copy = $process.StandardOutput.BaseStream.CopyToAsync($bytes)
    $err = $process.StandardError.ReadToEndAsync()
    if (-not $process.WaitForExit($seconds * 1000)) {
        $process.Kill()
        throw ($exe + ' did not end within ' + $seconds + ' s')
    }
    [void]$copy.Wait(5000)
    [void]$err.Wait(5000)
    return @{ status = $process.ExitCode; out = [Convert]::ToBase64String($bytes.ToArray()); err = $err.Result }
}
function Read-Program($step) {
    $path = Join-Path ([Environment]::SystemDirectory) $step.program
    if (-not (Test-Path -LiteralPath $path)) { return @{ state = 'absent' } }
    return @{ state = 'ok'; data = (Invoke-Program $step.program $step.arguments $step.seconds) }
}
function Read-Events($step) {
    $rows = New-Object Collections.ArrayList
    foreach ($e in (Get-WinEvent -LogName $step.log -FilterXPath $step.query -MaxEvents ($step.most + 1))) {
        $fields = @()
        foreach ($i in $step.fields) {
            $value = ''
            if ($i -lt $e.Properties.Count) { $value = '' + (Get-Plain $e.Properties[$i].Value) }
            $fields += $value
        }
        [void]$rows.Add(@{ id = $e.Id; at = (Get-Plain $e.TimeCreated); fields = $fields })
    }
    $capped = $rows.Count -gt $step.most
    if ($capped) { $rows.RemoveAt($step.most) }
    return @{ rows = $rows.ToArray(); capped = $capped }
}
function Read-Pattern($pattern) {
    $said = @{ pattern = $pattern; state = 'ok'; rows = @(); capped = $false }
    $rows = New-Object Collections.ArrayList
    try {
        $path = [Environment]::ExpandEnvironmentVariables($pattern)
        foreach ($f in (Get-Item -Path $path -Force | Where-Object { -not $_.PSIsContainer } | Select-Object -First 201)) {
            $version = $null
            $v = $f.VersionInfo
            if ($v -and $v.FileVersion) {
                $version = '{0}.{1}.{2}.{3}' -f $v.FileMajorPart, $v.FileMinorPart, $v.FileBuildPart, $v.FilePrivatePart
            }
            [void]$rows.Add(@{ path = $f.FullName; bytes = $f.Length; changed = (Get-Plain $f.LastWriteTime); version = $version })
        }
        $said['capped'] = $rows.Count -gt 200
        $said['rows'] = $rows.ToArray()
    }
    catch {
        $why = Get-Why $_
        $said['why'] = $why
        $said['state'] = Get-State $why
    }
    return $said
}
function Read-Files($step) {
    $said = New-Object Collections.ArrayList
    foreach ($pattern in $step.files) { [void]$said.Add((Read-Pattern $pattern)) }
    return , $said.ToArray()
}

# Members by SID and path: Get-LocalGroupMember of 5.1 fails where one of them is gone.
function Read-GroupMembers($with) {
    $sid = New-Object Security.Principal.SecurityIdentifier ([string]$with.sid)
    $name = $sid.Translate([Security.Principal.NTAccount]).Value.Split('\')[-1]
    $group = [ADSI]("WinNT://$env:COMPUTERNAME/$name,group")
    $rows = New-Object Collections.ArrayList
    foreach ($m in @($group.psbase.Invoke('Members'))) {
        $e = [ADSI]$m
        # Whom nobody knows any more, and Entra's, stand there by SID alone: there is nothing to look up.
        if ($e.Path -match '^WinNT://(S-1-[0-9-]+)$') { $sid = $Matches[1] }
        else { $sid = (New-Object Security.Principal.SecurityIdentifier($e.psbase.InvokeGet('objectSid'), 0)).Value }
        [void]$rows.Add(@{ path = $e.Path; class = $e.Class; sid = $sid })
    }
    return @{ group = $name; members = $rows.ToArray() }
}
# A domain controller has no accounts of its own: there, the cmdlet lists those of the whole domain.
function Read-LocalAccounts {
    if ((Get-CimInstance -ClassName Win32_OperatingSystem).ProductType -eq 2) { return @{ controller = $true; accounts = @() } }
    $properties = @('Name', 'SID', 'Enabled', 'PasswordRequired', 'PasswordLastSet', 'LastLogon')
    return @{ controller = $false; accounts = (Select-Plain (Get-LocalUser) $properties) }
}
# The computer does not tell its policy for passwords; every account of it does, the first one as well as any.
function Read-AccountPolicy {
    $computer = [ADSI]("WinNT://$env:COMPUTERNAME,computer")
    $children = $computer.psbase.Children
    [void]$children.SchemaFilter.Add('user')
    foreach ($user in $children) {
        if ($user.psbase.SchemaClassName -ne 'User') { continue }
        $said = @{}
        foreach ($p in @('MinPasswordLength', 'MaxPasswordAge', 'MinPasswordAge', 'PasswordHistoryLength',
                'MaxBadPasswordsAllowed', 'AutoUnlockInterval', 'LockoutObservationInterval')) {
            $said[$p] = $user.psbase.Properties[$p].Value
        }
        return $said
    }
    throw 'no account tells the policy'
}
function Read-Certificates($with) {
    $rows = New-Object Collections.ArrayList
    foreach ($c in (Get-ChildItem -Path ('Cert:\LocalMachine\' + $with.store))) {
        [void]$rows.Add(@{ der = [Convert]::ToBase64String($c.RawData); key = $c.HasPrivateKey; label = $c.FriendlyName })
    }
    return , $rows.ToArray()
}
# Only how a volume is protected and by which types of protectors; Get-BitLockerVolume would fetch recovery passwords.
function Read-VolumeMethod($volume, $method, $properties) {
    try {
        $result = Invoke-CimMethod -InputObject $volume -MethodName $method -OperationTimeoutSec 60
        $said = @{ status = (Get-Plain $result.ReturnValue) }
        foreach ($p in $properties) { $said[$p] = Get-Plain $result.$p }
        return $said
    }
    catch { return @{ why = (Get-Why $_) } }
}
function Read-ProtectorTypes($volume) {
    $types = @()
    try {
        foreach ($type in 1..10) {
            $given = @{ KeyProtectorType = [uint32]$type }
            $result = Invoke-CimMethod -InputObject $volume -MethodName 'GetKeyProtectors' -Arguments $given
            if ($result.ReturnValue -ne 0) { return @{ status = (Get-Plain $result.ReturnValue) } }
            if (@($result.VolumeKeyProtectorID | Where-Object { $_ }).Count -gt 0) { $types += $type }
        }
        return @{ status = 0; types = $types }
    }
    catch { return @{ why = (Get-Why $_) } }
}
function Read-VolumeEncryption {
    $rows = New-Object Collections.ArrayList
    $query = 'SELECT * FROM Win32_EncryptableVolume'
    foreach ($v in @(Get-CimInstance -Namespace 'root/cimv2/Security/MicrosoftVolumeEncryption' -Query $query)) {
        $row = @{ device = $v.DeviceID; letter = $v.DriveLetter; type = (Get-Plain $v.VolumeType) }
        $row['protection'] = Get-Plain $v.ProtectionStatus
        $row['conversion'] = Read-VolumeMethod $v 'GetConversionStatus' @('ConversionStatus', 'EncryptionFlags', 'WipingStatus')
        $row['method'] = Read-VolumeMethod $v 'GetEncryptionMethod' @('EncryptionMethod')
        $row['protectors'] = Read-ProtectorTypes $v
        [void]$rows.Add($row)
    }
    return , $rows.ToArray()
}
# Who is trusted to issue certificates, and whether Microsoft's own list of authorities names them.
function Read-TrustAnchors {
    $wanted = @{ values = @('EncodedCtl'); view = 64 }
    $said = Read-Key 'SOFTWARE\Microsoft\SystemCertificates\AuthRoot\AutoUpdate' $wanted 0
    $list = ''
    if ($said['state'] -eq 'ok') { $list = '' + (Get-Datum $said['data']['values'] 'EncodedCtl') }
    $rows = New-Object Collections.ArrayList
    foreach ($c in (Get-ChildItem -Path 'Cert:\LocalMachine\Root')) {
        $listed = $list.Contains($c.Thumbprint.ToLowerInvariant())
        [void]$rows.Add(@{ thumbprint = $c.Thumbprint; subject = $c.Subject; listed = $listed })
    }
    return @{ state = $said['state']; list = ($list.Length -gt 100); rows = $rows.ToArray() }
}
# The profiles for all users, and how large each user's own phone book is: those are not opened.
function Read-VpnProfiles {
    $names = @('Name', 'TunnelType', 'AuthenticationMethod', 'EncryptionLevel', 'L2tpIPsecAuth')
    $methods = @('AuthenticationTransformConstants', 'CipherTransformConstants', 'DHGroup')
    $methods += @('EncryptionMethod', 'IntegrityCheckMethod', 'PfsGroup')
    $rows = New-Object Collections.ArrayList
    foreach ($v in (Get-VpnConnection -AllUserConnection)) {
        $row = (Select-Plain @($v) $names)[0]
        $row['policy'] = Select-Plain @($v.IPSecCustomPolicy | Where-Object { $_ }) $methods
        [void]$rows.Add($row)
    }
    $books = New-Object Collections.ArrayList
    $wanted = @{ values = @('ProfileImagePath'); view = 64 }
    $users = Read-Key 'SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList' $wanted 1
    if ($users['state'] -eq 'ok') {
        foreach ($user in $users['data']['subkeys'].Values) {
            if ($user['state'] -ne 'ok') { [void]$books.Add($user); continue }
            $folder = Get-Datum $user['data']['values'] 'ProfileImagePath'
            if ($null -eq $folder) { continue }
            $book = $folder + '\AppData\Roaming\Microsoft\Network\Connections\Pbk\rasphone.pbk'
            [void]$books.Add((Read-Pattern $book))
        }
    }
    return @{ profiles = $rows.ToArray(); users = $users['state']; books = $books.ToArray() }
}
# One key of every person whose registry is loaded; `session` where somebody sits, or sat, in front of it, or
# may: who is not shown the registry of others must not be told that nobody is there.
function Read-UserKeys($with) {
    $me = [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    $users = [Microsoft.Win32.RegistryKey]::OpenBaseKey('Users', 'Registry64')
    $wanted = @{ hive = 'Users'; values = @($with.values -split ','); names = @(); view = 64 }
    $rows = New-Object Collections.ArrayList
    foreach ($sid in $users.GetSubKeyNames()) {
        if ($sid -notmatch '^S-1-(5-21|12-1)-[0-9-]+$') { continue }
        $row = Read-Key ($sid + '\' + $with.path) $wanted 0
        $row['sid'] = $sid
        $row['mine'] = ($sid -eq $me)
        $row['session'] = ((Read-Key ($sid + '\Volatile Environment') $wanted 0)['state'] -ne 'absent')
        [void]$rows.Add($row)
    }
    return , $rows.ToArray()
}
# What Office's policies say of macros, for the people whose registry is loaded, and their sessions by number.
function Read-OfficePolicies {
    $me = [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    $users = [Microsoft.Win32.RegistryKey]::OpenBaseKey('Users', 'Registry64')
    $values = @('vbawarnings', 'blockcontentexecutionfrominternet')
    $wanted = @{ hive = 'Users'; values = $values; names = @(); view = 64 }
    $rows = New-Object Collections.ArrayList
    foreach ($sid in $users.GetSubKeyNames()) {
        if ($sid -notmatch '^S-1-(5-21|12-1)-[0-9-]+$') { continue }
        $row = @{ sid = $sid; mine = ($sid -eq $me); sessions = @() }
        $volatile = $users.OpenSubKey($sid + '\Volatile Environment')
        if ($null -ne $volatile) { $row['sessions'] = @($volatile.GetSubKeyNames()) }
        $row['policy'] = Read-Key ($sid + '\Software\Policies\Microsoft\Office\16.0') $wanted 2
        $row['cloud'] = Read-Key ($sid + '\Software\Policies\Microsoft\Cloud\Office\16.0') $wanted 2
        [void]$rows.Add($row)
    }
    return , $rows.ToArray()
}
# Sums of sign-ins per account, type and source, never the events one by one.
function Read-SignInSet($set, $most) {
    $said = @{ state = 'ok'; seen = 0; capped = $false; rows = @() }
    $sums = @{}
    try {
        Get-WinEvent -LogName 'Security' -FilterXPath $set.query -MaxEvents $most | ForEach-Object {
            $e = $_
            $said['seen'] = $said['seen'] + 1
            $parts = @()
            foreach ($f in @('user', 'domain', 'type', 'from', 'computer', 'status', 'sub', 'program', 'sid')) {
                $value = ''
                if ($set.at.ContainsKey($f)) {
                    $value = $e.Properties[$set.at[$f]].Value
                    if ($f -in @('status', 'sub') -and $value -is [int]) { $value = '0x{0:x8}' -f $value }
                }
                $parts += ('' + $value)
            }
            $key = $parts -join [char]9
            if ($sums.ContainsKey($key)) { $sums[$key][0]++; $sums[$key][1] = $e.TimeCreated }
            else { $sums[$key] = @(1, $e.TimeCreated, $e.TimeCreated, $parts) }
        }
    }
    catch {
        $why = Get-Why $_
        $said['state'] = Get-State $why
        if ($said['state'] -ne 'empty') { $said['why'] = $why }
    }
    $said['capped'] = ($said['seen'] -ge $most)
    $said['keys'] = $sums.Count
    $said['rows'] = @($sums.Values | Sort-Object { - $_[0] } | Select-Object -First 1000 | ForEach-Object {
            @{ key = $_[3]; count = $_[0]; first = (Get-Plain $_[1]); last = (Get-Plain $_[2]) } })
    return $said
}
function Read-SignIns($with) {
    $span = [int64]$with.days * 86400000
    $since = "TimeCreated[timediff(@SystemTime) <= $span]"
    $remote = "Data[@Name='LogonType']=3 or Data[@Name='LogonType']=8"
    $remote += " or Data[@Name='LogonType']=10 or Data[@Name='LogonType']=12"
    $log = Get-WinEvent -ListLog 'Security'
    $said = @{ days = $with.days; most_bytes = $log.MaximumSizeInBytes; mode = ('' + $log.LogMode); records = $log.RecordCount }
    # Of any type: services sign in all the time, so that it tells since when sign-ins are recorded at all.
    try {
        $first = Get-WinEvent -LogName 'Security' -FilterXPath '*[System[EventID=4624]]' -Oldest -MaxEvents 1
        $said['oldest'] = Get-Plain $first.TimeCreated
    }
    catch { if ((Get-State (Get-Why $_)) -ne 'empty') { throw } }
    $sets = @{
        signed_in = @{ query = "*[System[EventID=4624 and $since] and EventData[$remote]]"
            at = @{ user = 5; domain = 6; type = 8; from = 18; computer = 11; program = 17; sid = 4 } }
        failed = @{ query = "*[System[EventID=4625 and $since]]"
            at = @{ user = 5; domain = 6; type = 10; from = 19; computer = 13; status = 7; sub = 9 } }
    }
    $said['sets'] = @{}
    foreach ($name in $sets.Keys) { $said['sets'][$name] = Read-SignInSet $sets[$name] $with.most }
    return $said
}
# When Automatic Updates itself last searched, which is told in UTC: other programs search too.
function Read-LastScan {
    try { $last = (New-Object -ComObject 'Microsoft.Update.AutoUpdate').Results.LastSearchSuccessDate }
    catch { return $null }
    if ($last -isnot [datetime]) { return $null }
    return (Get-Plain ([datetime]::SpecifyKind($last, 'Utc')))
}
# Offline: from what the machine found when it last looked. Going online would make it look now.
function Read-Updates {
    $scanned = Read-LastScan
    $session = New-Object -ComObject 'Microsoft.Update.Session'
    $searcher = $session.CreateUpdateSearcher()
    $searcher.Online = $false
    $found = $searcher.Search("IsInstalled=0 and Type='Software'")
    $rows = New-Object Collections.ArrayList
    foreach ($u in $found.Updates) {
        [void]$rows.Add(@{ title = $u.Title; kb = @($u.KBArticleIDs); severity = $u.MsrcSeverity; hidden = $u.IsHidden
                downloaded = $u.IsDownloaded; published = (Get-Plain $u.LastDeploymentChangeTime); reboot = $u.RebootRequired
                cves = @($u.CveIDs); categories = @($u.Categories | ForEach-Object { $_.CategoryID }) })
    }
    return @{ result = $found.ResultCode; service = $searcher.ServerSelection; scanned = $scanned; rows = $rows.ToArray() }
}
function Get-Sid($account) {
    try { return (New-Object Security.Principal.NTAccount $account).Translate([Security.Principal.SecurityIdentifier]).Value }
    catch { return $null }
}
function Read-ShareAccess {
    $rows = New-Object Collections.ArrayList
    foreach ($share in (Get-SmbShare)) {
        if ($share.Special) { continue }
        foreach ($a in (Get-SmbShareAccess -Name $share.Name -ScopeName $share.ScopeName)) {
            [void]$rows.Add(@{ share = $share.Name; account = $a.AccountName; sid = (Get-Sid $a.AccountName)
                    right = ('' + $a.AccessRight); type = ('' + $a.AccessControlType) })
        }
    }
    return , $rows.ToArray()
}
# The one thing that writes: secedit exports to a file of its own, which is read and removed at once.
function Read-SecurityPolicy {
    $file = Join-Path ([IO.Path]::GetTempPath()) ('igaudit-' + [guid]::NewGuid().ToString('N') + '.inf')
    try {
        $said = Invoke-Program 'secedit.exe' ('/export /cfg "' + $file + '" /areas SECURITYPOLICY USER_RIGHTS /quiet') 60
        $policy = @{ status = $said['status'] }
        if (Test-Path -LiteralPath $file) { $policy['inf'] = [Convert]::ToBase64String([IO.File]::ReadAllBytes($file)) }
        return $policy
    }
    finally { Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue }
}
function Read-Function($step) {
    $with = $step.with
    if ($step.read -eq 'group-members') { return (Read-GroupMembers $with) }
    if ($step.read -eq 'local-accounts') { return (Read-LocalAccounts) }
    if ($step.read -eq 'account-policy') { return (Read-AccountPolicy) }
    if ($step.read -eq 'certificates') { return , (Read-Certificates $with) }
    if ($step.read -eq 'volume-encryption') { return , (Read-VolumeEncryption) }
    if ($step.read -eq 'user-keys') { return , (Read-UserKeys $with) }
    if ($step.read -eq 'office-policies') { return , (Read-OfficePolicies) }
    if ($step.read -eq 'trust-anchors') { return (Read-TrustAnchors) }
    if ($step.read -eq 'vpn-profiles') { return (Read-VpnProfiles) }
    if ($step.read -eq 'sign-ins') { return (Read-SignIns $with) }
    if ($step.read -eq 'updates') { return (Read-Updates) }
    if ($step.read -eq 'share-access') { return , (Read-ShareAccess) }
    if ($step.read -eq 'security-policy') { return (Read-SecurityPolicy) }
    throw ('no function ' + $step.read)
}

function Read-Step($step) {
    if ($step.kind -eq 'same') { return @{ state = 'same'; of = $step.of } }
    if ($step.kind -eq 'registry') { return (Read-Key $step.path $step $step.depth) }
    if ($step.kind -eq 'program') { return (Read-Program $step) }
    $data = $null
    if ($step.kind -eq 'cim') { $data = Read-Cim $step }
    if ($step.kind -eq 'cmdlet') { $data = Read-Cmdlet $step }
    if ($step.kind -eq 'events') { $data = Read-Events $step }
    if ($step.kind -eq 'files') { $data = Read-Files $step }
    if ($step.kind -eq 'read') { $data = Read-Function $step }
    return @{ state = 'ok'; data = $data }
}
function Invoke-Step($step) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    try { $said = Read-Step $step }
    catch {
        $why = Get-Why $_
        $said = @{ state = (Get-State $why); why = $why }
    }
    $said['ms'] = $watch.ElapsedMilliseconds
    try { Send-Frame $step.name $said }
    catch { Send-Frame $step.name @{ state = 'error'; why = (Get-Why $_) } }
}
function Get-Datum($values, $name) {
    if ($values -and $values[$name]) { return $values[$name]['data'] }
    return $null
}
function Get-About {
    $who = [Security.Principal.WindowsIdentity]::GetCurrent()
    $role = [Security.Principal.WindowsBuiltInRole]::Administrator
    $wanted = @{ values = @('CurrentBuildNumber', 'UBR', 'EditionID', 'DisplayVersion', 'ReleaseId', 'ProductType'); view = 64 }
    $now = (Read-Key 'SOFTWARE\Microsoft\Windows NT\CurrentVersion' $wanted 0)['data']['values']
    $options = (Read-Key 'SYSTEM\CurrentControlSet\Control\ProductOptions' $wanted 0)['data']['values']
    $release = Get-Datum $now 'DisplayVersion'
    if ($null -eq $release) { $release = Get-Datum $now 'ReleaseId' }
    return @{
        powershell = ('' + $PSVersionTable.PSVersion); mode = ('' + $ExecutionContext.SessionState.LanguageMode)
        is64 = [Environment]::Is64BitProcess; host = $env:COMPUTERNAME; user = $who.Name; utc = (Get-Plain (Get-Date))
        admin = (New-Object Security.Principal.WindowsPrincipal $who).IsInRole($role)
        culture = (Get-Culture).Name; ui = (Get-UICulture).Name
        oemcp = [Globalization.CultureInfo]::CurrentCulture.TextInfo.OEMCodePage
        build = [int](Get-Datum $now 'CurrentBuildNumber'); ubr = [int](Get-Datum $now 'UBR')
        product = ('' + (Get-Datum $options 'ProductType')); edition = ('' + (Get-Datum $now 'EditionID'))
        release = ('' + $release)
    }
}

try { Send-Frame 'meta' (Get-About) }
catch { Send-Frame 'meta' @{ why = (Get-Why $_) } }
foreach ($step in $plan.steps) { Invoke-Step $step }
Send-Frame 'done' @{}
