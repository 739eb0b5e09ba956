-- Addresses of subscribers are sealed; `address` keeps the keyed hash by which doubles are found.
ALTER TABLE subscriber ADD COLUMN sealed_address TEXT;
